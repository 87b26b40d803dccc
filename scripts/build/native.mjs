// Builds the addon, llama.cpp's libraries beside it, and the C++ tests into build/.
// Arguments are handed to CMake: `npm run build:native -- -DGGML_CUDA=ON`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const cmakeJs = path.join(
  path.dirname(require.resolve("cmake-js/package.json")),
  "bin",
  "cmake-js",
);

const definitions = process.argv.slice(2).map((argument) => {
  const match = /^-D([^=]+)=(.*)$/.exec(argument);
  if (match === null) {
    console.error(`${argument}: only CMake definitions of the form -DNAME=VALUE are passed on`);
    process.exit(2);
  }
  return `--CD${match[1]}=${match[2]}`;
});

const result = spawnSync(
  process.execPath,
  [
    cmakeJs,
    "build",
    "--out",
    "build",
    "--parallel",
    String(availableParallelism()),
    ...definitions,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(result.status ?? 1);
