// Tries to break a server with requests that schemathesis makes of its OpenAPI document: no 5xx, no answer
// that the document does not show, nothing refused that it allows, nothing taken that it does not.
//
//   node scripts/check/serve/openapi.mjs [--judge FILE] [--examples 200] [--seed 1] [--python python3]
//
// schemathesis is installed into build/schemathesis, a virtual environment, the first time. Needs
// `npm run build`, and the tests' models (`npm run test:cpp`) unless a judge is given.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT, startServer, TINY_JUDGE } from "./server.mjs";

const { values: options } = parseArgs({
  options: {
    judge: { type: "string", default: TINY_JUDGE },
    examples: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
  },
});
const SCHEMATHESIS = "schemathesis==4.32.5";

const environment = path.join(ROOT, "build/schemathesis");
const program = path.join(environment, "bin/st");
if (!existsSync(program)) {
  execFileSync(options.python, ["-m", "venv", environment], { stdio: "inherit" });
  execFileSync(path.join(environment, "bin/pip"), ["install", "--quiet", SCHEMATHESIS], {
    stdio: "inherit",
  });
}

const server = await startServer({ judge: options.judge });
const { status } = spawnSync(
  program,
  [
    ...["run", `${server.url}/openapi.json`, "--max-examples", options.examples],
    ...["--seed", options.seed, "--generation-database", "none"],
  ],
  { stdio: "inherit" },
);
const ended = await server.stop();
if (ended !== 0) console.error(`the server ended with ${ended}`);
process.exitCode = status === 0 && ended === 0 ? 0 : 1;
