import { expect, it } from "vitest";
import { nearestName } from "../../src/base/nearest-name.ts";

it.each([
  ["respons", "response"],
  ["Answer-Prefix", "answerPrefix"],
  ["idd", "id"],
  ["zebra", undefined],
  ["", undefined],
])("%j is nearest to %j", (given, expected) => {
  expect(nearestName(given, ["response", "answerPrefix", "id"])).toBe(expected);
});
