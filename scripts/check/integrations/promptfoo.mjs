import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** @type {import("./tool.d.ts").Tool} */
export const promptfoo = {
  // The last version for Node 20.
  packages: ["promptfoo@0.121.20"],
  environment: {
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    PROMPTFOO_DISABLE_REMOTE_GENERATION: "1",
    PROMPTFOO_DISABLE_SHARING: "1",
    // A check that fails is a result, and no failure of the tool.
    PROMPTFOO_FAILED_TEST_EXIT_CODE: "0",
  },
  async tryExample({ folder, run }) {
    const output = path.join(folder, "results.json");
    await run("promptfoo", ["eval", "-c", "promptfooconfig.yaml", "--no-cache", "-o", output]);
    const { results } = JSON.parse(await readFile(output, "utf8"));
    /** @type {{assertion: {type: string}, score: number, reason: string, pass: boolean}[]} */
    const graded = results.results.flatMap(
      (/** @type {any} */ { gradingResult }) => gradingResult.componentResults,
    );
    assert.deepEqual(
      graded.map(({ assertion }) => assertion.type),
      ["javascript", "llm-rubric", "llm-rubric", "classifier"],
    );
    for (const { score, reason } of graded) assert.ok(score > 0 && score < 1, reason);
    assert.match(graded[0]?.reason ?? "", /^helpfulness \d\.\d\d of 1–5; accuracy \d\.\d\d of 1–5/);
    assert.match(graded[1]?.reason ?? "", /^the judge says yes with 0\.\d\d/);
    return graded.map(({ assertion, score }) => `${assertion.type} ${score.toFixed(3)}`).join(", ");
  },
};
