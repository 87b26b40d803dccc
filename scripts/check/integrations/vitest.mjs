import assert from "node:assert/strict";

/** @type {import("./tool.d.ts").Tool} */
export const vitest = {
  packages: ["vitest@4.1.12"],
  environment: {},
  async tryExample({ run }) {
    const { stdout } = await run("vitest", ["run", "answers.test.ts", "--reporter=json"]);
    const { numPassedTests, numFailedTests } = JSON.parse(stdout);
    assert.deepEqual({ numPassedTests, numFailedTests }, { numPassedTests: 1, numFailedTests: 0 });
    return "1 test passed";
  },
};
