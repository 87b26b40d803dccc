import { defineConfig } from "evalite/config";

// The first case loads the judge, and the very first fetches it.
export default defineConfig({ testTimeout: 120_000 });
