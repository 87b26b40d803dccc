#!/usr/bin/env node
import { CommanderError } from "commander";
import { errorMessage, LagerError } from "../base/errors.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { makeProgram } from "./program.ts";
import { printLines, printNote, readerHasLeft, stdoutFailure } from "./terminal.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The second one does not wait for whatever holds up the first; the engine's process ends with this one.
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
    // The running decode ends at its next node.
    interrupted.abort(new Error(`interrupted by ${signal}`));
  });
}

async function main(): Promise<number> {
  const exitCode = await runCommand(process.argv.slice(2));
  const failure = await stdoutFailure();
  // Whoever read it has seen enough, and is told nothing more.
  if (readerHasLeft()) return EXIT.readerLeft;
  // What was waited for has been reported; help and the version have not.
  if (failure === null || exitCode !== EXIT.ok) return exitCode;
  return reported(failure);
}

async function runCommand(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = await makeProgram(args, {
      signal: interrupted.signal,
      finish: (code) => {
        exitCode = code;
      },
    });
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has printed its message, help or the version by then.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (readerHasLeft()) return EXIT.readerLeft;
    if (interrupted.signal.aborted) {
      printNote("interrupted");
      return EXIT.interrupted;
    }
    return reported(error);
  }
}

/** Prints an error, and returns the exit code that it has. */
function reported(error: unknown): number {
  if (error instanceof LagerError && error.code !== "INTERNAL") {
    printNote(`lager: ${error.code}: ${error.message}`);
    return exitCodeOf(error.code, error.place);
  }
  printNote(`lager: INTERNAL: ${errorMessage(error)} (a fault of lager-judge: please report it)`);
  const fault = error instanceof LagerError ? (error.cause ?? error) : error;
  if (fault instanceof Error) printLines("stderr", `${fault.stack}\n`);
  return EXIT.internal;
}

// Not process.exit(): what was written to a pipe must still go out.
process.exitCode = await main();
