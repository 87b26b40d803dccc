import { loadJudge } from "../../dist/index.js";
import { fileTarget } from "./file-target.mjs";
import { encodeGguf, tinyGguf } from "./gguf.mjs";
import { mutateGguf } from "./gguf-mutations.mjs";
import { mutateBytes, TEXTS } from "./mutate.mjs";
import { Random } from "./random.mjs";
import { LOADING, RECORDS, TASK } from "./seeds.mjs";

/**
 * A judge's file that is loaded, asked for a score and let go.
 *
 * @param {{ isolation: "none" | "process" }} how
 */
export function judgeTarget(how) {
  return fileTarget({
    name: "fuzzed.gguf",
    prepare: async () => structuredClone(tinyGguf(new Random("judge"))),
    seed: (model) => ({ model: structuredCopy(model), bytes: [] }),
    change(value, random) {
      // Some steps change bytes of the finished file, which knows nothing of structure.
      if (random.chance(0.15)) value.bytes.push(random);
      else mutateGguf(value.model, random, TEXTS);
      return value;
    },
    encode: ({ model, bytes }) =>
      bytes.reduce(
        (/** @type {Buffer} */ file, /** @type {Random} */ random) => mutateBytes(file, random),
        encodeGguf(model),
      ),
    read: (file) => scored(file, how),
  });
}

/**
 * @param {string} file
 * @param {object} options
 */
export async function scored(file, options) {
  const judge = await loadJudge(file, /** @type {any} */ ({ ...LOADING, ...options }));
  try {
    await judge.score(/** @type {any} */ (RECORDS[1]), { task: TASK });
  } finally {
    await judge.dispose();
  }
}

/**
 * A copy whose lists and descriptions can be changed; the tensors' bytes are shared.
 *
 * @param {import("./gguf.mjs").Gguf} model
 * @returns {import("./gguf.mjs").Gguf}
 */
export function structuredCopy(model) {
  return {
    ...model,
    keys: model.keys.map((key) => ({ ...key })),
    tensors: model.tensors.map((tensor) => ({ ...tensor, data: Buffer.from(tensor.data) })),
  };
}
