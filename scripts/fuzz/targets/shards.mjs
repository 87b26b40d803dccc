// A judge in two files, one of which is changed.
import { writeFileSync } from "node:fs";
import { encodeGguf, splitGguf, tinyGguf } from "../gguf.mjs";
import { mutateGguf } from "../gguf-mutations.mjs";
import { scored, structuredCopy } from "../judge-target.mjs";
import { TEXTS } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { takeSteps } from "../steps.mjs";

const NAMES = ["part-00001-of-00002.gguf", "part-00002-of-00002.gguf"];

export const target = {
  prepare: async () => splitGguf(tinyGguf(new Random("judge"))),

  /**
   * @param {[import("../gguf.mjs").Gguf, import("../gguf.mjs").Gguf]} parts
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make(parts, seed, taken) {
    const copies = parts.map(structuredCopy);
    const steps = takeSteps(seed, taken, (random) =>
      mutateGguf(random.pick(copies), random, TEXTS),
    );
    return { steps, files: copies.map(encodeGguf), what: seed };
  },

  /**
   * @param {unknown} _
   * @param {{ files: Buffer[] }} made
   */
  async run(_, { files }) {
    for (const [i, bytes] of files.entries()) writeFileSync(NAMES[i] ?? "", bytes);
    await scored(NAMES[0] ?? "", { isolation: "none" });
  },
};
