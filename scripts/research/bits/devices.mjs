// Measures how far a GPU's logits and scores are from the CPU's, and from its own under other
// settings. Needs a built package; on Mesa's software Vulkan set GGML_VK_VISIBLE_DEVICES=0.
//
//   npm run bits:devices -- BACKEND [JUDGE [PROMPTS [PACKS [CALLS]]]]
//
// BACKEND is vulkan, cuda or metal; JUDGE a name or a file (default smollm2-135m). Short prompts
// (default 24), because a device in software takes seconds for each. PACKS are the numbers of prompts that
// are packed (default 2,4,8,16; 0: none), CALLS the tokens of a call with `exact` (default 32,64,512). It
// prints figures and sets no bound: test/native/gpu.test.ts does.
import { readFile } from "node:fs/promises";
import { loadJudge, parseTask } from "../../../dist/index.js";
import { EXAMPLE_DATA } from "./example-items.mjs";

const [backend, name = "smollm2-135m", count = "24", packs = "2,4,8,16", calls = "32,64,512"] =
  process.argv.slice(2);
if (backend !== "vulkan" && backend !== "cuda" && backend !== "metal") {
  console.error(
    "usage: npm run bits:devices -- vulkan|cuda|metal [JUDGE [PROMPTS [PACKS [CALLS]]]]",
  );
  process.exit(2);
}

/** @param {string} list */
const numbersOf = (list) =>
  list
    .split(",")
    .map(Number)
    .filter((number) => number > 0);

const task = parseTask(
  {
    name: "devices",
    prompt: "{{ instruction }}\n{{ response }}\n{{ criterion.name }}?",
    scale: { min: 1, max: 5 },
    criteria: [
      { name: "correct", description: "Is it right?" },
      { name: "clear", description: "Is it clear?" },
    ],
  },
  {},
);
const lines = (await readFile(EXAMPLE_DATA, "utf8")).trim().split("\n");
/** @type {import("./example-items.mjs").ExampleItem[]} */
const examples = lines.map((line) => JSON.parse(line));
const items = examples
  .slice(0, Math.ceil(Number(count) / 2))
  .map(({ id, instruction, response }) => ({
    id,
    instruction,
    response: response.split(" ").slice(0, 12).join(" "),
  }));

/** @typedef {Map<string, import("../../../dist/index.js").Score>} Scores by id and criterion */

/**
 * Scores all prompts, and prints how long that took.
 *
 * @param {typeof items} order
 * @param {import("../../../dist/index.js").LoadJudgeOptions} options
 */
async function scoreOn(order, options) {
  // One thread: ggml's others would wait for the device at full speed, and take a software one's processor.
  const judge = await loadJudge(name, { contextSize: 512, threads: 1, ...options });
  /** @type {Scores} */
  const scores = new Map();
  const startedAt = performance.now();
  let tokens = 0;
  try {
    for await (const outcome of judge.scoreAll(order, { task })) {
      if (outcome.kind === "failure") throw new Error(`${outcome.id}: ${outcome.message}`);
      tokens += outcome.promptTokens - outcome.reusedTokens;
      scores.set(`${outcome.id} ${outcome.criterion}`, outcome);
    }
  } finally {
    await judge.dispose();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${JSON.stringify(options)}: ${judge.backend.reason}; ${scores.size} prompts, ` +
      `${tokens} tokens decoded in ${seconds.toFixed(1)} s`,
  );
  return scores;
}

/**
 * Prints the largest differences between two runs of the same prompts.
 *
 * @param {string} what
 * @param {Scores} a
 * @param {Scores} b
 */
function compare(what, a, b) {
  const largest = { normed: 0, lastLayer: 0, raw: 0, score: 0, eScore: 0 };
  let largestLogit = 0;
  let identical = 0;
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined) throw new Error(`${key} was scored only once`);
    let same = true;
    for (const kind of /** @type {const} */ (["normed", "raw"])) {
      left.nodes.forEach((node, n) => {
        const other = right.nodes[n]?.[kind];
        const lastLayer = node[kind].length - node.outcomes.length;
        node[kind].forEach((logit, i) => {
          // Not captured.
          if (Number.isNaN(logit)) return;
          const difference = Math.abs(logit - (other?.[i] ?? Number.NaN));
          same &&= difference === 0;
          largest[kind] = Math.max(largest[kind], difference);
          if (kind !== "normed") return;
          largestLogit = Math.max(largestLogit, Math.abs(logit));
          if (i >= lastLayer) largest.lastLayer = Math.max(largest.lastLayer, difference);
        });
      });
    }
    if (same) identical++;
    for (const figure of /** @type {const} */ (["score", "eScore"])) {
      largest[figure] = Math.max(largest[figure], Math.abs(left[figure] - right[figure]));
    }
  }
  console.log(
    `${what}: ${a.size} prompts, ${identical} of them identical; largest difference of a normed ` +
      `logit ${largest.normed} (of the last layer ${largest.lastLayer}; normed logits reach ` +
      `${largestLogit}), of a raw one ${largest.raw}; of the score ${largest.score}, of the ` +
      `e-score ${largest.eScore}`,
  );
}

const gpu = /** @type {const} */ ({ gpu: backend });
const turned = items.toReversed();
const onCpu = await scoreOn(items, { gpu: "off" });
const onGpu = await scoreOn(items, { ...gpu, parallel: 1 });
compare(`${name}, ${backend} against the CPU`, onGpu, onCpu);
compare(
  `${name}, ${backend} against itself, other order, batch and reuse`,
  await scoreOn(turned, { ...gpu, parallel: 1, batchSize: 64, contextSize: 1024 }),
  onGpu,
);
for (const parallel of numbersOf(packs)) {
  const packed = await scoreOn(items, { ...gpu, parallel });
  compare(`${name}, ${backend} against itself, packs of ${parallel}`, packed, onGpu);
  const packedTurned = await scoreOn(turned, { ...gpu, parallel });
  compare(`${name}, ${backend}, packs of ${parallel} in another order`, packedTurned, packed);
}
for (const batchSize of numbersOf(calls)) {
  const exact = await scoreOn(items, { ...gpu, exact: true, batchSize });
  compare(`${name}, ${backend}, exact in calls of ${batchSize}, against one by one`, exact, onGpu);
  compare(
    `${name}, ${backend}, exact in calls of ${batchSize}, in another order`,
    await scoreOn(turned, { ...gpu, exact: true, batchSize, contextSize: 1024 }),
    exact,
  );
}
