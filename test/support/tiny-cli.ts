import { readFile } from "node:fs/promises";
import type { RunningProcess } from "./run-process.ts";
import { tinyGguf } from "./tiny-judges.ts";

/** The generated judge of most tests of the command line: quick to load, with a chat template. */
export const CLI_JUDGE = "llama-bpe-untied";

/** Options for a generated judge: on the CPU and one thread, whatever else runs beside it. */
export function withTinyJudge(name: string = CLI_JUDGE): string[] {
  return ["--judge", tinyGguf(name), "--gpu", "off", "--threads", "1"];
}

export const QUICKSTART = {
  data: "examples/quickstart.jsonl",
  task: "examples/quickstart.yaml",
};

/** A record that the general task can read. */
export function record(id: string, response = "An answer."): Record<string, unknown> {
  return { id, instruction: `Question ${id}?`, response };
}

/** A task of one criterion, which makes one prompt a record. */
export const ONE_CRITERION_TASK = {
  name: "one",
  scale: { min: 1, max: 5 },
  criteria: [{ name: "quality", description: "Is it good?" }],
};

/** Waits until the run file holds so many lines; fails with the process, should it end before. */
export async function untilLines(
  file: string,
  count: number,
  { end }: RunningProcess,
): Promise<void> {
  let ended = false;
  const atEnd = () => {
    ended = true;
  };
  end.then(atEnd, atEnd);
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.split("\n").length > count) return;
    if (ended) throw new Error(`the run ended before: ${(await end).stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
