import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { runReport } from "../../../src/present/page/run-report.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { rejection } from "../../support/errors.ts";
import { parseMarkup, texts } from "../markup.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 5, criteria: ["tone", "facts"] });

async function treeOf(result: EvalResult, prefix = "") {
  const { head, sections } = await runReport(result, new Map(), prefix);
  return parseMarkup(
    `<header>${head.markup}</header>${sections.map(({ markup }) => markup.markup)}`,
  );
}

describe("a run's part of the page", () => {
  it("lists its sections in their order, each once", async () => {
    const { sections } = await runReport(RESULT, new Map(), "run-1-");
    expect(sections.map(({ id }) => id)).toEqual(
      ["methods", "beyond", "layers", "predictions", "disagreements", "run"].map(
        (name) => `run-1-${name}`,
      ),
    );
    const tree = await treeOf(RESULT, "run-1-");
    expect(texts(tree, "section h2")).toEqual(sections.map(({ heading }) => heading));
  });

  it("has no id twice", async () => {
    const tree = await treeOf(RESULT);
    const ids = [...tree.querySelectorAll("[id]")].map((each) => each.getAttribute("id"));
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it("begins with the verdict and what a reader must know", async () => {
    const notes = ["The weights come from <another> task."];
    const counts = { ...RESULT.counts, records: 1, failed: 0 };
    const tree = await treeOf({ ...RESULT, notes, counts });
    expect(texts(tree, ".lead")[0]).toMatch(/^lager-tuned agrees with people better/);
    expect(texts(tree, ".notes li")).toEqual(notes);
    expect(texts(tree, "header .note")[0]).toMatch(/^1 record, 2 criteria, 10 lines scored, \d/);
  });

  it("claims no agreement without human scores", async () => {
    const tree = await treeOf({ ...RESULT, counts: { ...RESULT.counts, evaluated: 0 } });
    expect(tree.querySelector("#methods")).toBeNull();
    expect(texts(tree, ".lead")[0]).toMatch(/^No line of this run has a human score/);
  });

  it("can be aborted", async () => {
    await rejection(runReport(RESULT, new Map(), "", AbortSignal.abort()), "ABORTED");
  });
});
