import type { IncomingMessage } from "node:http";
import { LagerError } from "../../../base/errors.ts";
import { parseJson } from "../../../base/json.ts";
import { HttpProblem } from "./http-problem.ts";

/** A body that is too large is still read to its end, that its sender gets the answer, but no further than this. */
const MOST_TOO_LARGE = 8;

/** Bytes of bodies that are held at the same time, of all requests together. */
export class BodyBudget {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws LagerError `OVERLOADED`. */
  take(bytes: number): void {
    if (this.#held + bytes > this.#most) {
      throw new LagerError("OVERLOADED", "too many large bodies are being read: try again later");
    }
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

/** The value of a request's body, and how many bytes of the budget it holds. */
export interface ReadBody {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * Reads a body of JSON. What it takes of the budget is to be released by the caller, but not when it throws.
 *
 * @throws HttpProblem 400, 413, 415; LagerError `OVERLOADED`.
 */
export async function readBody(
  request: IncomingMessage,
  mostBytes: number,
  budget: BodyBudget,
): Promise<ReadBody> {
  const { headers } = request;
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    throw new HttpProblem(415, "INVALID_ARGUMENT", "the body is of the type application/json");
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    throw new HttpProblem(415, "INVALID_ARGUMENT", "the body is not compressed");
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let taken = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_TOO_LARGE * mostBytes) break;
      if (bytes > mostBytes) continue;
      budget.take(chunk.length);
      taken += chunk.length;
      chunks.push(chunk);
    }
    if (bytes > mostBytes) {
      const what = `the body is larger than ${mostBytes} bytes: send it in parts`;
      throw new HttpProblem(413, "INVALID_ARGUMENT", what, { headers: { connection: "close" } });
    }
    const value = parseJson(
      Buffer.concat(chunks),
      (reason) => new LagerError("INVALID_ARGUMENT", `the body is not JSON: ${reason}`),
    );
    return { value, bytes: taken };
  } catch (error) {
    budget.release(taken);
    throw error;
  }
}
