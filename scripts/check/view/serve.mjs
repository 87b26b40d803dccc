import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

/**
 * Starts `lager view` on runs, and waits for its address.
 *
 * @param {readonly string[]} runs
 */
export async function lagerView(runs) {
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, "view", ...runs, "-q"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(child.stdout.setEncoding("utf8"), "data");
  return {
    url: url.trim(),
    took: performance.now() - start,
    /** Ends it as Ctrl-C does; its exit code. */
    async end() {
      child.kill("SIGINT");
      const [code] = await once(child, "exit");
      return code;
    },
  };
}
