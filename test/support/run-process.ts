import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** How a process ended, and all that it wrote. */
export interface ProcessEnd {
  /** Null when a signal ended it, as a crash does. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started. */
export interface ProcessOptions {
  /** Standard input as a whole. Default: none. `open`: left open, to be written to. */
  readonly input?: string | Buffer | "open";
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A process that runs. */
export interface RunningProcess {
  readonly child: ChildProcess;
  readonly end: Promise<ProcessEnd>;
}

/** Starts a program without a shell, so that signals reach it and nothing else. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): RunningProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A child that ends early closes its input; that is for the test to judge, not an error here.
  child.stdin.on("error", () => {});
  if (options.input !== "open") child.stdin.end(options.input ?? "");
  const end = new Promise<ProcessEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) =>
      resolve({
        exitCode,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
  return { child, end };
}

/** Starts Node with a script of the built package or of the tests. */
export function startNode(args: readonly string[], options?: ProcessOptions): RunningProcess {
  return startProcess(process.execPath, args, options);
}

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Starts the command line. */
export function startLager(args: readonly string[], options?: ProcessOptions): RunningProcess {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run \`npm run build:ts\``);
  return startNode([MAIN, ...args], options);
}

/** Runs the command line to its end. */
export function lager(args: readonly string[], options?: ProcessOptions): Promise<ProcessEnd> {
  return startLager(args, options).end;
}
