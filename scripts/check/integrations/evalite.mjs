import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** @type {import("./tool.d.ts").Tool} */
export const evalite = {
  packages: ["evalite@0.19.0", "vitest@4.1.12"],
  environment: {},
  async tryExample({ folder, run }) {
    const output = path.join(folder, "results.json");
    await run("evalite", ["run", "answers.eval.ts", "--outputPath", output]);
    const { evals } = JSON.parse(await readFile(output, "utf8"));
    /** @type {{name: string, score: number, metadata?: object}[]} */
    const scores = evals.flatMap((/** @type {any} */ { results }) =>
      results.flatMap((/** @type {any} */ result) => result.scores),
    );
    assert.deepEqual(
      scores.map(({ name }) => name),
      ["helpfulness", "overall", "helpfulness", "overall"],
    );
    for (const { score } of scores) assert.ok(score > 0 && score < 1);
    return scores.map(({ name, score }) => `${name} ${score.toFixed(3)}`).join(", ");
  },
};
