import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** What a request is answered with. */
export type HttpAnswer =
  | {
      readonly status: number;
      readonly type: string;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly status: 200; readonly lines: AsyncIterable<object> };

const HEADERS = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
} as const;

/** A value as an answer. */
export function jsonAnswer(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, type: "application/json", text: JSON.stringify(value), headers };
}

/**
 * Writes an answer. Lines are fetched no faster than the client reads them; when it is gone, fetching ends.
 */
export async function sendAnswer(response: ServerResponse, answer: HttpAnswer): Promise<void> {
  if (!("lines" in answer)) {
    const text = Buffer.from(answer.text);
    response.writeHead(answer.status, {
      ...HEADERS,
      "content-type": answer.type,
      "content-length": text.length,
      ...answer.headers,
    });
    response.end(text);
    return;
  }
  response.writeHead(200, { ...HEADERS, "content-type": "application/jsonl" });
  for await (const line of answer.lines) {
    if (response.destroyed) break;
    if (response.write(`${JSON.stringify(line)}\n`)) continue;
    await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  response.end();
}
