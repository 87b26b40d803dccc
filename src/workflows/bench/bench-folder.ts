import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { unwritableFile, writeWhole } from "../../base/files.ts";
import { isObject, sameJson } from "../../base/json.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { CONDITIONS, type Condition } from "../../input/task/condition.ts";
import { runPaths } from "../../run/run-paths.ts";
import { BenchSteps } from "./bench-steps.ts";

/** What all runs of a benchmark folder have in common. */
export interface BenchSpec {
  readonly kind: "bench";
  readonly schema: 1;
  readonly task: string;
  readonly judge: string;
  /** Name of the data's file. What is in it may change: then what changed is scored anew. */
  readonly data: string;
  /** The same of the data that weights are learned on; null: the data itself, in folds. */
  readonly tuneOn: string | null;
  readonly limit: number | null;
  readonly layers: string;
  readonly projection: string;
}

/** Files of one condition, as paths inside the folder. */
export interface BenchFiles {
  readonly run: string;
  /** Run of the data that weights are learned on. */
  readonly tuneRun: string;
  readonly weights: string;
  readonly result: string;
}

/** A folder with all that one benchmark makes. */
export class BenchFolder implements AsyncDisposable {
  readonly path: string;
  readonly #lock: OutputLock;
  /** What has been made already, and from what. */
  readonly steps: BenchSteps;

  private constructor(folder: string, steps: BenchSteps, lock: OutputLock) {
    this.path = folder;
    this.#lock = lock;
    this.steps = steps;
  }

  /**
   * Makes the folder, or goes on with one that was made for the same.
   *
   * @throws LagerError `INVALID_ARGUMENT` when it was made for something else, `OUTPUT_LOCKED`,
   *   `UNWRITABLE_OUTPUT`.
   */
  static async open(folder: string, spec: BenchSpec): Promise<BenchFolder> {
    const file = path.join(folder, "bench.json");
    const found = await readFile(file, "utf8").catch(() => null);
    if (found !== null) requireSame(spec, found, file);
    try {
      for (const part of ["runs", "weights", "results"]) {
        await mkdir(path.join(folder, part), { recursive: true });
      }
    } catch (cause) {
      throw unwritableFile("the benchmark", folder, cause);
    }
    const lock = await OutputLock.acquire(folder);
    try {
      // Written anew where it is there: this finds out whether the folder may be written to.
      await writeWhole(file, `${JSON.stringify(spec, null, 2)}\n`, "the benchmark");
      return new BenchFolder(folder, await BenchSteps.open(folder), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Lets others write to it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#lock.release();
  }

  files(condition: Condition): BenchFiles {
    return filesOf(condition);
  }

  /**
   * Paths of all files that a benchmark in a folder may write.
   *
   * @param learns - whether weights are learned, and not given.
   */
  static outputs(folder: string, learns: boolean): string[] {
    const files = CONDITIONS.flatMap((condition) => {
      const { run, tuneRun, weights, result } = filesOf(condition);
      return [...runPaths(run), ...runPaths(tuneRun), ...(learns ? [weights] : []), result];
    });
    const own = ["bench.json", "steps.json", "report.html", "table.md", "table.csv"];
    return [...files, ...own].map((file) => path.join(folder, file));
  }

  /** Path of one of its files, from where the program was started. */
  at(file: string): string {
    return path.join(this.path, file);
  }

  /** Writes a file of the folder anew. */
  write(file: string, text: string): Promise<void> {
    return writeWhole(this.at(file), text, "the file");
  }
}

function filesOf(condition: Condition): BenchFiles {
  return {
    run: path.join("runs", `${condition}.jsonl`),
    tuneRun: path.join("runs", `${condition}.tune.jsonl`),
    weights: path.join("weights", `${condition}.json`),
    result: path.join("results", `${condition}.json`),
  };
}

function requireSame(spec: BenchSpec, text: string, file: string): void {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = null;
  }
  if (!isObject(found) || found.kind !== spec.kind) {
    throw new LagerError("INVALID_ARGUMENT", "the folder holds something else than a benchmark", {
      place: { file },
    });
  }
  const earlier = found;
  const field = Object.entries(spec).find(([name, value]) => !sameJson(earlier[name], value))?.[0];
  if (field === undefined) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the folder holds a benchmark with another ${field}: go on with the same data, judge and ` +
      "options, or name another folder with -o",
    { place: { file, field } },
  );
}
