// Builds core, kernels and C++ tests with the address and undefined-behaviour sanitizers, in a folder of their
// own, and runs the tests. Arguments are handed to CTest: `npm run test:sanitize -- -R core`.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const build = path.join(root, ".cache", "sanitize");

run("cmake", ["-S", root, "-B", build, "-DLAGER_SANITIZE=ON", "-DCMAKE_BUILD_TYPE=Release"]);
run("cmake", ["--build", build, "--parallel", String(availableParallelism())]);
run("ctest", ["--test-dir", build, "--output-on-failure", ...process.argv.slice(2)], {
  // llama.cpp's own libraries are not instrumented: what they do to a std::vector of ours (or we to one of
  // theirs) is not told to the check of unused capacity.
  ASAN_OPTIONS: "detect_container_overflow=0",
  UBSAN_OPTIONS: "print_stacktrace=1",
});

/**
 * @param {string} command
 * @param {string[]} words
 * @param {Record<string, string>} settings for its environment
 */
function run(command, words, settings = {}) {
  const { status, error } = spawnSync(command, words, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...settings },
  });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
