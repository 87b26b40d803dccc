import { beforeAll } from "vitest";
import { pullJudge } from "../../src/engine/models/fetch.ts";

/**
 * Fetches the default judge before the tests beside this call, unless it is here: 93 MB, for which a
 * hook has the time and a test has not. Tests of generated judges run without it.
 */
export function needsDefaultJudge(): void {
  beforeAll(async () => {
    await pullJudge("smollm2-135m");
  });
}
