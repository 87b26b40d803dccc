// A target whose case is one file: a valid one in which steps change something, which is then read.
import { writeFileSync } from "node:fs";
import { Random } from "./random.mjs";
import { takeSteps } from "./steps.mjs";

/**
 * @typedef {{
 *   prepare: (folder: string) => Promise<any>,
 *   name: string,
 *   seed: (context: any, random: Random) => any,
 *   change: (value: any, random: Random, context: any) => any,
 *   encode: (value: any) => Buffer,
 *   read: (file: string, context: any) => Promise<unknown>,
 * }} FileTarget
 */

/**
 * @param {FileTarget} definition `change` gives the changed value; `read` is what must not fail otherwise
 *   than with a LagerError.
 */
export function fileTarget({ prepare, name, seed: begin, change, encode, read }) {
  return {
    prepare,

    /**
     * @param {any} context
     * @param {string} seed
     * @param {number[]} [taken]
     */
    make(context, seed, taken) {
      let value = begin(context, new Random(`${seed}/begin`));
      const steps = takeSteps(seed, taken, (random) => {
        value = change(value, random, context);
      });
      return { steps, bytes: encode(value), what: seed };
    },

    /**
     * @param {any} context
     * @param {{ bytes: Buffer }} made
     */
    async run(context, { bytes }) {
      writeFileSync(name, bytes);
      await read(name, context);
    },

    /** @param {{ bytes: Buffer }} made */
    file: ({ bytes }) => ({ name, bytes }),
  };
}

/**
 * Goes through all that is read.
 *
 * @param {AsyncIterable<unknown>} items
 */
export async function drained(items) {
  for await (const _ of items);
}
