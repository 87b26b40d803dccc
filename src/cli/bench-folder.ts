import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../errors.ts";
import { isJsonObject, sameJson } from "../run/same-json.ts";
import type { Condition } from "../task/condition.ts";

/** What all runs of a benchmark folder have in common. */
export interface BenchSpec {
  readonly kind: "bench";
  readonly schema: 1;
  readonly task: string;
  readonly judge: string;
  readonly dataSha256: string;
  readonly limit: number | null;
  readonly layers: string;
  readonly projection: string;
}

/** A folder with all that one benchmark makes. */
export class BenchFolder {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /**
   * Makes the folder, or goes on with one that was made for the same.
   *
   * @throws LagerError `INVALID_ARGUMENT` when it was made for something else, `UNWRITABLE_OUTPUT`.
   */
  static async open(folder: string, spec: BenchSpec): Promise<BenchFolder> {
    const file = path.join(folder, "bench.json");
    const text = `${JSON.stringify(spec, null, 2)}\n`;
    try {
      for (const part of ["runs", "results"]) {
        await mkdir(path.join(folder, part), { recursive: true });
      }
      await writeFile(file, text, { flag: "wx" });
    } catch (cause) {
      if (!isErrno(cause, "EEXIST")) throw unwritable(folder, cause);
      requireSame(spec, await readFile(file, "utf8"), file);
    }
    return new BenchFolder(folder);
  }

  /** Path of a condition's run file. */
  run(condition: Condition): string {
    return path.join(this.path, "runs", `${condition}.jsonl`);
  }

  /** Writes a file of the folder anew. */
  async write(file: string, text: string): Promise<string> {
    const target = path.join(this.path, file);
    await writeFile(target, text).catch((cause: unknown) => {
      throw unwritable(target, cause);
    });
    return target;
  }
}

/** SHA-256 of a file, lower-case hex: two benchmarks of one folder must be of the same data. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new LagerError("UNREADABLE_FILE", "the data cannot be read; check its path", {
      place: { file },
      cause,
    });
  }
  return hash.digest("hex");
}

function requireSame(spec: BenchSpec, text: string, file: string): void {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = null;
  }
  if (!isJsonObject(found)) {
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

function unwritable(file: string, cause: unknown): LagerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LagerError("UNWRITABLE_OUTPUT", `the benchmark cannot be written (${reason})`, {
    place: { file },
    cause,
  });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
