import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/**
 * Runs a program to its end. Where it fails, the error says all that it wrote.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv}} [options] by default this process's own
 */
export async function runProgram(program, args, options = {}) {
  try {
    return await execute(program, args, { ...options, maxBuffer: 1 << 28 });
  } catch (error) {
    const { stdout = "", stderr = "" } = /** @type {{stdout?: string, stderr?: string}} */ (error);
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}\n${stderr}`, {
      cause: error,
    });
  }
}
