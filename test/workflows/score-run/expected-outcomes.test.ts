import { expect, it } from "vitest";
import { expectedOutcomes } from "../../../src/workflows/score-run/expected-outcomes.ts";

it("a record that cannot be read is one outcome, any other one for each criterion", () => {
  expect(expectedOutcomes(10, 3, 0)).toBe(30);
  expect(expectedOutcomes(10, 3, 4)).toBe(6 * 3 + 4);
  expect(expectedOutcomes(0, 3, 0)).toBe(0);
});
