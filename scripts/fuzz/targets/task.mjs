// A task file, as YAML or JSON: loaded, and its prompts made.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkData, loadTask, taskToObject } from "../../../dist/index.js";
import { mutateBytes, mutateValue } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { seedFiles, TASK } from "../seeds.mjs";
import { takeSteps } from "../steps.mjs";

const BUILT_IN = fileURLToPath(new URL("../../../data/tasks/general.yaml", import.meta.url));
const YAML = [
  ...[
    "&a [*a]",
    "&a {b: *a}",
    "a: &x 1\nb: *y",
    "<<: *x",
    "!!binary x",
    "? [a]",
    "- - -",
    "%YAML 9.9",
    "---\n---",
  ],
  ...[
    "a: |\n  x",
    "\t",
    "!!js/function x",
    "{".repeat(2000),
    "[".repeat(20000),
    "a: b: c",
    "&a ".repeat(500),
  ],
];

export const target = {
  prepare: seedFiles,

  /**
   * @param {unknown} _
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make(_, seed, taken) {
    const isYaml = new Random(`${seed}/form`).chance(0.5);
    let value = /** @type {unknown} */ (TASK);
    let text = /** @type {Buffer} */ (readFileSync(BUILT_IN));
    const steps = takeSteps(seed, taken, (random) => {
      value = mutateValue(value, random);
      const at = random.below(text.length);
      text = random.chance(0.3)
        ? Buffer.concat([text.subarray(0, at), Buffer.from(random.pick(YAML)), text.subarray(at)])
        : mutateBytes(text, random);
    });
    const bytes = isYaml ? text : Buffer.from(JSON.stringify(value) ?? "");
    return { steps, bytes, name: isYaml ? "task.yaml" : "task.json", what: seed };
  },

  /**
   * @param {Record<string, string>} files
   * @param {{ bytes: Buffer, name: string }} made
   */
  async run({ data = "" }, { bytes, name }) {
    writeFileSync(name, bytes);
    const task = await loadTask(name);
    taskToObject(task);
    await checkData(task, data);
  },
};
