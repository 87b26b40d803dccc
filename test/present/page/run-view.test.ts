import { expect, it } from "vitest";
import { section } from "../../../src/present/page/run-view.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 2 });

it("a section has an id of its run, and a heading that is text", () => {
  const made = section(viewOf(RESULT, { prefix: "run-2-" }), "facts", "Is 1 < 2?", "yes");
  expect(made).toMatchObject({ id: "run-2-facts", heading: "Is 1 < 2?" });
  expect(texts(sectionTree(made), "#run-2-facts h2")).toEqual(["Is 1 < 2?"]);
});
