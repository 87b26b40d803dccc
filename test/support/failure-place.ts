import type { Failure } from "../../src/input/dataset/failure.ts";

/** The line and the field that a failure's message begins with: `data.jsonl:3, field "human": …`. */
export function placeOf({ message }: Failure): {
  readonly line: number | undefined;
  readonly field: string | undefined;
} {
  const [place = ""] = message.split(": ", 1);
  const line = /^[^:]*:(\d+)/.exec(place)?.[1];
  return {
    line: line === undefined ? undefined : Number(line),
    field: /(?:^|, )field "([^"]*)"$/.exec(place)?.[1],
  };
}
