// Checks that the C++ of native/ is laid out as .clang-format says; with --write, lays it out so.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { clangFormatPath } from "clang-format-node";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = readdirSync(path.join(root, "native"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(h|cpp)$/.test(file))
  .map((file) => path.join("native", file))
  .sort();
if (files.length === 0) {
  console.error("native: there is no C++ in it to format");
  process.exit(1);
}

const write = process.argv.includes("--write");
const how = write ? ["-i"] : ["--dry-run", "--Werror"];
const { status, error } = spawnSync(clangFormatPath, ["--style=file", ...how, ...files], {
  cwd: root,
  stdio: "inherit",
});
if (error !== undefined) console.error(`clang-format: ${error.message}`);
if (status !== 0) {
  console.error("C++ that is not laid out as .clang-format says: `npm run format:write`");
  process.exit(1);
}
console.log(`clang-format: ${files.length} files${write ? " laid out" : ""}`);
