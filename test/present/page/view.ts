import { createHash } from "node:crypto";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { reportCharts } from "../../../src/present/charts/report-charts.ts";
import type { RunView, Section } from "../../../src/present/page/run-view.ts";
import { type Element, parseMarkup } from "../markup.ts";

/** A run's view on a page of one run. */
export function viewOf(result: EvalResult, more: Partial<RunView> = {}): RunView {
  return { result, charts: reportCharts(result), texts: new Map(), prefix: "", ...more };
}

/** A section as a tree. A section that is not there is an error here. */
export function sectionTree(section: Section | null | undefined): Element {
  if (!section) throw new Error("there is no such section");
  return parseMarkup(section.markup.markup);
}

/** Hashes of the scripts of a page that would run, and the policy that says which may. */
export function ownScripts(page: string) {
  const scripts = page.matchAll(/<script(?: type="module")?>(.*?)<\/script>/gs);
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  return {
    hashes: Array.from(
      scripts,
      ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    ),
    policy: policy.replaceAll("&#39;", "'"),
  };
}
