// Starts `lager serve --port`, for the checks in this folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
export const TINY_JUDGE = path.join(ROOT, "build/fixtures/llama-bpe-untied.gguf");

/**
 * A server on the CPU and one thread.
 *
 * @param {{ judge: string, options?: readonly string[] }} options
 */
export async function startServer({ judge, options = [] }) {
  if (!existsSync(judge)) throw new Error(`${judge} is not there: run \`npm run test:cpp\``);
  const child = spawn(
    process.execPath,
    [
      ...[path.join(ROOT, "dist/cli/main.js"), "serve", "--port", "0", "-q", "--judge", judge],
      ...["--gpu", "off", "--threads", "1", ...options],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exit = once(child, "exit");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  /** @type {{ listening: string }} */
  const { listening } = JSON.parse(line);
  return {
    url: listening,
    /** Processes of the engine: one, unless it is just being replaced (Linux). */
    engines: () => childrenOf(child.pid ?? 0),
    /** Resident bytes of the server alone. */
    memory: () => memoryOf(child.pid ?? 0),
    /** @returns {Promise<number | null>} the exit code */
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exit;
      return code;
    },
  };
}

/** @param {number} pid */
function childrenOf(pid) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** @param {number} pid */
function memoryOf(pid) {
  const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
