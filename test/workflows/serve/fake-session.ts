import { LagerError } from "../../../src/base/errors.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import type { DispatchedSession } from "../../../src/workflows/serve/score-job.ts";
import { exampleScore } from "../../fixtures/example-run.ts";

/** One prompt that a fake judge scores at the moment. */
interface Decoding {
  readonly response: string;
  readonly end: (error?: Error) => void;
}

/** A session without a judge. Prompts are scored at once, or by {@link FakeSession.end} where they are held. */
export class FakeSession implements DispatchedSession {
  readonly parallel = 1;
  readonly task = parseTask({
    name: "fake",
    scale: { min: 1, max: 3 },
    criteria: [
      { name: "one", description: "1?" },
      { name: "two", description: "2?" },
    ],
  });
  /** Responses with their criteria, in the order in which the engine was given them. */
  readonly decoded: string[] = [];
  readonly #isHeld: boolean;
  readonly #decoding: Decoding[] = [];

  constructor({ isHeld = false } = {}) {
    this.#isHeld = isHeld;
  }

  /** What is decoded at the moment. */
  get running(): string[] {
    return this.#decoding.map(({ response }) => response);
  }

  /** Ends the prompt that has been decoded for longest. */
  async end(error?: Error): Promise<void> {
    await settled();
    this.#decoding.shift()?.end(error);
    await settled();
  }

  ready: DispatchedSession["ready"] = async (record, criterion) => {
    const { id, response } = record;
    if (response === "unready") {
      const { name } = criterion;
      return { kind: "failure", id, criterion: name, code: "UNSAFE_PROMPT", message: "unsafe" };
    }
    const tokens = Int32Array.from(`${record.instruction} ${response}`, (c) => c.charCodeAt(0));
    const name = `${response} ${criterion.name}`;
    return {
      kind: "ready",
      tokens,
      score: async (signal) => {
        this.decoded.push(name);
        if (this.#isHeld) await this.#hold(name, signal);
        if (response === "lost") throw new LagerError("ENGINE_LOST", "the engine is lost");
        if (response === "wrong") throw new TypeError("a fault");
        return exampleScore({ id, criterion: criterion.name, score: response.length });
      },
    };
  };

  #hold(response: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#decoding.splice(this.#decoding.indexOf(decoding), 1);
        reject(new LagerError("ABORTED", "aborted"));
      };
      const decoding: Decoding = {
        response,
        end: (error) => {
          signal?.removeEventListener("abort", onAbort);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#decoding.push(decoding);
      signal?.addEventListener("abort", onAbort);
    });
  }
}

/** Until everything that can go on has gone on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Items with these responses. */
export function itemsOf(
  ...responses: readonly string[]
): { instruction: string; response: string }[] {
  return responses.map((response) => ({ instruction: "q", response }));
}
