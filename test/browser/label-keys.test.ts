import { expect, it } from "vitest";
import { labelKeys } from "../../src/browser/label-keys.ts";

it("labels of one character are their own keys, as in lager label", () => {
  expect(labelKeys(["0", "1", "2"])).toEqual(["0", "1", "2"]);
  expect(labelKeys(["A", "B"])).toEqual(["A", "B"]);
});

it("other labels have the number of their place, and those beyond nine have none", () => {
  expect(labelKeys(["no", "yes"])).toEqual(["1", "2"]);
  const ten = Array.from({ length: 10 }, (_, i) => String(i + 1));
  expect(labelKeys(ten)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  // The keys s and u leave out and undo.
  expect(labelKeys(["s", "t"])).toEqual(["1", "2"]);
});
