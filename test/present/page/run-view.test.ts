import { expect, it } from "vitest";
import { judgeName, section } from "../../../src/present/page/run-view.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 2 });

it.each([
  ["smollm2-135m", "smollm2-135m"],
  ["/judges/own.gguf", "own.gguf"],
  ["C:\\judges\\own.gguf", "own.gguf"],
  ["hf:someone/judges/own.gguf", "own.gguf"],
])("a judge is named by the last part of %s", (name, shown) => {
  const judge = { ...RESULT.run.judge, name };
  expect(judgeName({ ...RESULT, run: { ...RESULT.run, judge } })).toBe(shown);
});

it("a section has an id of its run, and a heading that is text", () => {
  const made = section(viewOf(RESULT, { prefix: "run-2-" }), "facts", "Is 1 < 2?", "yes");
  expect(made).toMatchObject({ id: "run-2-facts", heading: "Is 1 < 2?" });
  expect(texts(sectionTree(made), "#run-2-facts h2")).toEqual(["Is 1 < 2?"]);
});
