#!/usr/bin/env node
import { CommanderError } from "commander";
import { LagerError } from "../base/errors.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { makeProgram } from "./program.ts";

const interrupted = new AbortController();
process.once("SIGINT", () => {
  // The running decode ends at its next node; a second Ctrl-C ends the process at once.
  interrupted.abort(new Error("interrupted by Ctrl-C"));
});

async function main(): Promise<number> {
  let exitCode: number = EXIT.ok;
  const args = process.argv.slice(2);
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
    if (interrupted.signal.aborted) {
      process.stderr.write("interrupted\n");
      return EXIT.interrupted;
    }
    if (!(error instanceof LagerError)) throw error;
    process.stderr.write(`lager: ${error.code}: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
}

// Not process.exit(): what was written to a pipe must still go out.
process.exitCode = await main();
