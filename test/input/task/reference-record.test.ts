import { expect, it } from "vitest";
import { isReferenceRecord } from "../../../src/input/task/reference-record.ts";

it("knows records with a whole user turn", () => {
  expect(isReferenceRecord({ user_prompt: "p", user_prompt_feedback: "f", score: [1] })).toBe(true);
  expect(isReferenceRecord({ user_prompt: "p", response: "r" })).toBe(false);
  expect(isReferenceRecord({ user_prompt: 3 })).toBe(false);
  expect(isReferenceRecord({ response: "r" })).toBe(false);
  expect(isReferenceRecord(null)).toBe(false);
  expect(isReferenceRecord(["user_prompt"])).toBe(false);
});
