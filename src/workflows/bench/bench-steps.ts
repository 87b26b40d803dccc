import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileSha256, writeWhole } from "../../base/files.ts";
import { isObject } from "../../base/json.ts";

/** What a step left behind. */
interface TakenStep {
  /** SHA-256 of all that the step's outcome depends on, as JSON. */
  readonly inputs: string;
  /** SHA-256 of each file that it made, by its path inside the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** What else it found out. */
  readonly facts: unknown;
}

const FILE = "steps.json";

/**
 * Remembers which steps of a benchmark have been taken, and from what: a step whose inputs are the
 * same and whose files are as it left them need not be taken again.
 */
export class BenchSteps {
  readonly #folder: string;
  readonly #taken: Map<string, unknown>;

  private constructor(folder: string, taken: Map<string, unknown>) {
    this.#folder = folder;
    this.#taken = taken;
  }

  /** Of a folder; without a readable list of steps, none has been taken. */
  static async open(folder: string): Promise<BenchSteps> {
    const text = await readFile(path.join(folder, FILE), "utf8").catch(() => "{}");
    let steps: unknown = null;
    try {
      steps = JSON.parse(text);
    } catch {
      // Whatever it was, every step can be taken anew.
    }
    return new BenchSteps(folder, new Map(isObject(steps) ? Object.entries(steps) : []));
  }

  /** The step's facts, where it was taken with these inputs and its files are as it left them. */
  async find(name: string, inputs: unknown): Promise<{ readonly facts: unknown } | null> {
    const step = this.#taken.get(name);
    if (!isTakenStep(step) || step.inputs !== inputsSha256(inputs)) return null;
    for (const [file, sha256] of Object.entries(step.files)) {
      const found = await fileSha256(path.join(this.#folder, file)).catch(() => null);
      if (found !== sha256) return null;
    }
    return { facts: step.facts };
  }

  /** Remembers that a step was taken. */
  async remember(
    name: string,
    inputs: unknown,
    files: readonly string[],
    facts: unknown = null,
  ): Promise<void> {
    const hashes: Record<string, string> = {};
    for (const file of files) hashes[file] = await fileSha256(path.join(this.#folder, file));
    this.#taken.set(name, { inputs: inputsSha256(inputs), files: hashes, facts });
    const text = `${JSON.stringify(Object.fromEntries(this.#taken), null, 2)}\n`;
    await writeWhole(path.join(this.#folder, FILE), text, "the list of steps");
  }
}

function inputsSha256(inputs: unknown): string {
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
}

function isTakenStep(value: unknown): value is TakenStep {
  return (
    isObject(value) &&
    typeof value.inputs === "string" &&
    isObject(value.files) &&
    Object.values(value.files).every((hash) => typeof hash === "string")
  );
}
