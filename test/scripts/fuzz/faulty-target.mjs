// A target with every fault that fuzzing looks for, one after the other; its first step is at fault.
const FAULTS = [
  () => {},
  () => process.kill(process.pid, "SIGSEGV"),
  () => new Promise(() => setInterval(() => {}, 1000)),
  () => {
    throw new TypeError("bare");
  },
  () => {
    void Promise.reject(new Error("stray"));
  },
];

export const target = {
  prepare: async () => null,
  /**
   * @param {unknown} _
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make(_, seed, taken) {
    const steps = [0, 1, 2].filter((step) => taken?.includes(step) ?? true);
    const fault = steps.includes(0) ? FAULTS[Number(seed.split(":").at(-1))] : FAULTS[0];
    return { fault, steps, what: `fault ${seed.split(":").at(-1)}` };
  },
  /**
   * @param {unknown} _
   * @param {{ fault: () => unknown }} made
   */
  run: async (_, { fault }) => fault(),
};
