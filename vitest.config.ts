import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{native,model,cli}/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/{native,model,cli}/**/*.test.ts"],
          // One engine at a time: ggml's threads spin and would slow each other down tenfold.
          fileParallelism: false,
          // The addon in a thread of its own would share the process's plugins with other files.
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
