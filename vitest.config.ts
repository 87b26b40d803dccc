import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{native,model,cli}/**"],
          // By default one processor is left to Vitest, which hardly needs one.
          maxWorkers: "100%",
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "engine",
          // Generated judges, on one thread each: several may run beside each other.
          include: ["test/{native,cli}/**/*.test.ts"],
          maxWorkers: "100%",
          // The addon in a thread of its own would share the process's plugins with other files.
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "model",
          // Whole judges on all processors, one at a time and after the others: ggml's threads spin
          // and would slow each other down tenfold.
          include: ["test/model/**/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
