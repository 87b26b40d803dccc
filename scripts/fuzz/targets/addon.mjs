// The addon's own functions, as nobody but this package calls them: with anything.

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ERROR_CODES } from "../../../dist/index.js";
import { anything, OwnError } from "../anything.mjs";
import { mutateValue } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { seedFiles } from "../seeds.mjs";
import { takeSteps } from "../steps.mjs";

const LIBRARIES = fileURLToPath(new URL("../../../build/lib/", import.meta.url));

/** @param {string} folder */
async function prepare(folder) {
  const files = await seedFiles(folder);
  const addon = createRequire(import.meta.url)(path.join(LIBRARIES, "lager.node"));
  await addon.initialize(LIBRARIES, [], false);
  const loading = {
    ...{
      path: files.judge,
      devices: [],
      flashAttention: false,
      adapters: [],
      adapterScales: new Float64Array(),
    },
    ...{
      gpuLayers: 0,
      contextSize: 256,
      batchSize: 128,
      memory: 0,
      memoryIs: "",
      threads: 1,
      parallel: 1,
      kvType: "f16",
      exact: false,
      verbose: false,
    },
  };
  const judge = await addon.loadJudge(loading, addon.newCancelFlag(), () => {});
  const flag = () => addon.newCancelFlag();
  const tokens = () => Int32Array.of(1, 259, 260, 270);
  const asked = () => ({ scoreTokens: Int32Array.of(263, 264), fresh: false, hidden: false });
  return [
    ["loadJudge", addon.loadJudge, () => [{ ...loading }, flag(), () => {}]],
    ["architectureOf", addon.architectureOf, () => [files.judge]],
    ["initialize", addon.initialize, () => [LIBRARIES, [], false]],
    ["cancel", addon.cancel, () => [flag()]],
    ["tokenText", judge.tokenText.bind(judge), () => [3]],
    ["textOf", judge.textOf.bind(judge), () => [tokens()]],
    ["tokenize", judge.tokenize.bind(judge), () => [["a", "b"], Int32Array.of(0, 1)]],
    [
      "capture",
      judge.capture.bind(judge),
      () => [{ ...asked(), tokens: tokens(), plainAttention: false }, flag()],
    ],
    [
      "captureBatch",
      judge.captureBatch.bind(judge),
      () => [{ ...asked(), prompts: [tokens()] }, flag()],
    ],
    [
      "generate",
      judge.generate.bind(judge),
      () => [{ prompt: tokens(), generated: new Int32Array(), count: 3 }, flag()],
    ],
  ];
}

export const target = {
  prepare,
  // Errors of the addon have a code, from which the library makes its own; those of types are N-API's.
  isOwn: (/** @type {any} */ error) =>
    error instanceof OwnError || error instanceof TypeError || ERROR_CODES.includes(error?.code),

  /**
   * @param {any[]} calls
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make(calls, seed, taken) {
    const [name, call, valid] = new Random(`${seed}/call`).pick(calls);
    let args = valid();
    const steps = takeSteps(seed, taken, (random) => {
      const at = random.below(args.length + 1);
      if (at === args.length) args = args.slice(0, random.below(args.length + 1));
      else if (random.chance(0.3)) args = args.with(at, anything(random));
      else args = args.with(at, mutateValue(args[at], random, numbersOrAnything));
    });
    return { call, args, steps, what: name };
  },

  /**
   * @param {unknown} _
   * @param {{ call: (...args: unknown[]) => unknown, args: unknown[] }} made
   */
  async run(_, { call, args }) {
    const result = /** @type {any} */ (await call(...args));
    await result?.dispose?.();
    readdirSync(".");
  },
};

/** @param {Random} random */
function numbersOrAnything(random) {
  if (random.chance(0.5)) return anything(random);
  const length = random.pick([0, 1, 2, 255, 256, 257, 5000]);
  return Int32Array.from({ length }, () => random.number());
}
