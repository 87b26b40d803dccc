import { expect, it } from "vitest";
import { didYouMean, nearestName } from "../../src/base/nearest-name.ts";

it.each([
  ["respons", "response"],
  ["Answer-Prefix", "answerPrefix"],
  ["idd", "id"],
  ["zebra", undefined],
  ["", undefined],
])("%j is nearest to %j", (given, expected) => {
  expect(nearestName(given, ["response", "answerPrefix", "id"])).toBe(expected);
});

it("didYouMean is a question for a message, or nothing", () => {
  expect(didYouMean("respnse", ["response", "id"])).toBe(' Did you mean "response"?');
  expect(didYouMean("colour", ["response", "id"])).toBe("");
});
