import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "./errors.ts";
import { linkFirst, partMark } from "./files.ts";
import { isObject, isString } from "./json.ts";
import { openFailure } from "./output-failure.ts";
import { ownIdentity, type ProcessIdentity, stateOf } from "./process-identity.ts";

/** What a lock file says of who holds it. */
interface Holder extends ProcessIdentity {
  /** Tells one holding of a lock from another. */
  readonly token: string;
  /** When it was taken, for people. */
  readonly since: string;
}

/** Locks of this process that are held, so that they go with it. */
const held = new Map<string, string>();

/**
 * A right to write an output that only one process has at a time: a file `OUTPUT.lock` beside it, which
 * says who has it. It is removed when it is released, and when the process exits; one that a killed
 * process left behind is taken over.
 *
 * The file comes into being whole, by a hard link, and only who holds it removes it. Taking one over is
 * itself done under a lock, named after the one that is taken: so of two that find it at once only one
 * replaces it, however slow they are.
 */
export class OutputLock implements AsyncDisposable {
  readonly #file: string | null;
  readonly #token: string;

  private constructor(file: string | null, token: string) {
    this.#file = file;
    this.#token = token;
  }

  /**
   * Takes the lock of a file or folder. A pipe or device has none, and its lock is nothing.
   *
   * @param output - need not be there; its folder must.
   * @throws LagerError `OUTPUT_LOCKED`, with who holds it and what to do; `UNWRITABLE_OUTPUT`.
   */
  static async acquire(output: string): Promise<OutputLock> {
    const file = await lockPath(output);
    if (file === null) return new OutputLock(null, "");
    const holder: Holder = {
      ...(await ownIdentity()),
      token: randomUUID(),
      since: new Date().toISOString(),
    };
    try {
      await take(file, holder, output);
    } catch (error) {
      throw error instanceof LagerError ? error : openFailure(output, error);
    }
    return new OutputLock(file, holder.token);
  }

  /** Gives it back. Further calls do nothing. */
  async release(): Promise<void> {
    if (this.#file !== null) await giveBack(this.#file, this.#token);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}

/** The lock file of an output, the same for every spelling and link of it; null where it needs none. */
async function lockPath(output: string): Promise<string | null> {
  const found = await stat(output).catch(() => null);
  if (found?.isDirectory() === true) return path.join(await realpath(output), ".lock");
  if (found !== null) return found.isFile() ? `${await realpath(output)}.lock` : null;
  const { dir, base } = path.parse(path.resolve(output));
  return path.join(await realpath(dir).catch(() => dir), `${base}.lock`);
}

async function take(file: string, holder: Holder, output: string): Promise<void> {
  for (;;) {
    if (await create(file, holder)) break;
    const other = await readHolder(file);
    // Gone since: once more.
    if (other === undefined) continue;
    if (other === null || (await stateOf(other)) !== "gone")
      throw await locked(output, file, other);
    const guard = `${file}.${other.token}`;
    await take(guard, holder, output);
    try {
      // Whoever took it over before was let in by the same lock.
      const now = await readHolder(file);
      if (now?.token !== other.token) continue;
      await replace(file, holder);
      break;
    } finally {
      await giveBack(guard, holder.token);
    }
  }
  remember(file, holder.token);
}

/** Creates the lock file with its contents at once; false where it is there. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const aside = `${file}.${partMark()}`;
  try {
    await writeNew(aside, holder);
    const isFirst = await linkFirst(aside, file);
    if (isFirst !== null) return isFirst;
    // File systems without hard links.
    return await writeNew(file, holder).then(
      () => true,
      (cause: unknown) => {
        if (codeOf(cause) === "EEXIST") return false;
        throw cause;
      },
    );
  } finally {
    await rm(aside, { force: true }).catch(() => {});
  }
}

async function replace(file: string, holder: Holder): Promise<void> {
  const aside = `${file}.${partMark()}`;
  await writeNew(aside, holder);
  await rename(aside, file);
}

async function writeNew(file: string, holder: Holder): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
  } finally {
    await handle.close();
  }
}

/** Who holds the lock; undefined where nobody does, null where the file does not say. */
async function readHolder(file: string): Promise<Holder | null | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : null;
  } catch {
    return null;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    [value.host, value.machine, value.token, value.since].every(isString) &&
    /^[\w-]{1,64}$/.test(String(value.token)) &&
    (value.started === null || isString(value.started))
  );
}

async function locked(output: string, file: string, holder: Holder | null): Promise<LagerError> {
  const place = { file: output };
  if (holder === null) {
    const what = `something holds its lock and does not say who it is: where nothing writes there, remove ${file}`;
    return new LagerError("OUTPUT_LOCKED", what, { place });
  }
  const { pid, host, since } = holder;
  if (pid === process.pid && (await stateOf(holder)) === "running") {
    const what = "this process is writing there already: close what it opened first";
    return new LagerError("OUTPUT_LOCKED", what, { place });
  }
  const isElsewhere = (await stateOf(holder)) === "elsewhere";
  const what = isElsewhere
    ? `process ${pid} on ${host} has been writing there since ${since}: wait for it, or write to ` +
      `another place; if it is gone, remove ${file}`
    : `process ${pid} has been writing there since ${since}: wait for it, end it, or write to ` +
      "another place";
  return new LagerError("OUTPUT_LOCKED", what, { place });
}

function remember(file: string, token: string): void {
  if (held.size === 0) process.on("exit", removeHeld);
  held.set(file, token);
}

async function giveBack(file: string, token: string): Promise<void> {
  if (held.get(file) !== token) return;
  // Where it was removed, it may be somebody else's by now.
  const holder = await readHolder(file).catch(() => null);
  if (holder?.token === token) await rm(file, { force: true }).catch(() => {});
  held.delete(file);
  if (held.size === 0) process.off("exit", removeHeld);
}

/** For a process that exits in the midst of its work. */
function removeHeld(): void {
  for (const [file, token] of held) {
    try {
      if (readFileSync(file, "utf8").includes(token)) unlinkSync(file);
    } catch {
      // Taken over by whoever comes next.
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
