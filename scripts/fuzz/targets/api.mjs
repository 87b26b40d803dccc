// Every export that can be called and every method, with valid arguments in which steps put anything.
import { anything } from "../anything.mjs";
import { apiCalls } from "../api-calls.mjs";
import { keysOf, mutateValue } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { takeSteps } from "../steps.mjs";

/** Names of options, which any call may be given. */
const OPTIONS = [
  ...[
    "signal",
    "onProgress",
    "onNotice",
    "onCutLastLine",
    "onLine",
    "onOutcome",
    "onOpen",
    "onPhase",
  ],
  ...[
    "resamples",
    "seed",
    "unit",
    "weights",
    "recipe",
    "folds",
    "layers",
    "projection",
    "epochs",
    "from",
  ],
  ...[
    "hidden",
    "allowWorse",
    "batchSize",
    "judge",
    "task",
    "output",
    "force",
    "resume",
    "limit",
    "format",
  ],
  ...[
    "file",
    "include",
    "criterion",
    "condition",
    "scorePosition",
    "maxTokens",
    "answerPrefix",
    "isDone",
  ],
  ...["gpu", "gpuLayers", "threads", "contextSize", "parallel", "kvType", "fast", "lora"],
  ...[
    "verbose",
    "onModelProgress",
    "onLoadProgress",
    "onStep",
    "onSession",
    "entryCount",
    "run",
    "figure",
  ],
  ...[
    "keep",
    "aspects",
    "combine",
    "similarity",
    "tau",
    "range",
    "conditions",
    "tuneOn",
    "writeReport",
  ],
  ...["devices", "isolation", "memoryLimit", "maxFailures", "retryFailures", "chatTemplate"],
];

export const target = {
  prepare: apiCalls,

  /**
   * @param {{ light: readonly import("../api-calls.mjs").Call[], heavy: readonly import("../api-calls.mjs").Call[] }} calls
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make({ light, heavy }, seed, taken) {
    const choice = new Random(`${seed}/call`);
    const [name, call, valid] = choice.pick(choice.chance(0.05) ? heavy : light);
    let args = valid();
    const steps = takeSteps(seed, taken, (random) => {
      const at = random.below(args.length + 1);
      if (at === args.length) {
        if (random.chance(0.5)) args = args.slice(0, random.below(args.length + 1));
        else args = [...args, anything(random)];
        return;
      }
      const old = args[at];
      const isOptions = at === args.length - 1 && keysOf(old) !== null && !Array.isArray(old);
      if (random.chance(0.4)) args = args.with(at, anything(random));
      else if (isOptions && random.chance(0.6)) {
        args = args.with(at, { ...old, [random.pick(OPTIONS)]: anything(random) });
      } else args = args.with(at, mutateValue(old, random, anything));
    });
    return { call, args, steps, what: `${name}(${args.map(shown).join(", ")})` };
  },

  /**
   * @param {unknown} _
   * @param {{ call: (...args: unknown[]) => unknown, args: unknown[] }} made
   */
  async run(_, { call, args }) {
    await used(await call(...args));
  },
};

/**
 * Uses what a call gave: goes through it, and closes it.
 *
 * @param {any} result
 */
async function used(result) {
  if (typeof result !== "object" || result === null) return;
  const lines = result.lines ?? result;
  if (typeof lines?.[Symbol.asyncIterator] === "function") {
    let count = 0;
    for await (const _ of lines) if (++count >= 20) break;
  }
  await result[Symbol.asyncDispose]?.();
}

/** @param {unknown} value */
function shown(value) {
  try {
    const text = JSON.stringify(value, (_, each) =>
      typeof each === "bigint" || typeof each === "function" || typeof each === "symbol"
        ? typeof each
        : each,
    );
    return text === undefined ? typeof value : text.length > 300 ? `${text.slice(0, 300)}…` : text;
  } catch {
    return "what cannot be shown";
  }
}
