// Runs cases of one target, one at a time, and says how each ended. It may die of one: the driver
// knows which was running.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { LagerError } from "../../dist/index.js";

const [name = "", folder = ""] = process.argv.slice(2);
const file = name.endsWith(".mjs") ? pathToFileURL(name).href : `./targets/${name}.mjs`;
const { target } = await import(file);
const scratch = path.join(folder, `worker-${process.pid}`);
mkdirSync(scratch, { recursive: true });
process.chdir(scratch);

/** @type {unknown[]} */
let stray = [];
const context = await target.prepare(folder);
process.on("unhandledRejection", (error) => stray.push(error));
process.on("uncaughtException", (error) => stray.push(error));
process.send?.({ ready: true });

process.on("message", async (/** @type {{ seed: string, steps?: number[] }} */ { seed, steps }) => {
  const made = verdictOf(seed, steps).catch((error) => ({
    ...{
      verdict: "bare error",
      detail: `making the case: ${describe(error)}`,
      steps: [],
      what: seed,
    },
  }));
  process.send?.(await made);
});

/**
 * @param {string} seed
 * @param {number[] | undefined} steps
 */
async function verdictOf(seed, steps) {
  stray = [];
  const made = target.make(context, seed, steps);
  // Told before it is run: of a case that kills nothing more will be heard.
  process.send?.({ started: { steps: made.steps, what: made.what } });
  let verdict = "fine";
  let detail = "";
  try {
    await target.run(context, made);
  } catch (error) {
    // What nobody foresaw comes as INTERNAL with its cause: it is as bare as it was.
    if (error instanceof LagerError && error.code === "INTERNAL" && error.cause !== undefined)
      [verdict, detail] = ["bare error", describe(error.cause)];
    else if (error instanceof LagerError) verdict = error.code;
    else if (target.isOwn?.(error)) verdict = "fine";
    else [verdict, detail] = ["bare error", describe(error)];
  }
  // What was started and not awaited fails a little later.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  const strays = stray.filter((error) => !target.isOwn?.(error));
  if (strays.length > 0)
    [verdict, detail] = ["unhandled rejection", strays.map(describe).join("\n")];
  return { verdict, detail, steps: made.steps, what: made.what };
}

/** @param {unknown} error */
function describe(error) {
  try {
    return error instanceof Error ? String(error.stack) : `thrown: ${String(error)}`;
  } catch {
    return "an error that cannot be shown";
  }
}
