import {
  type GateCheck,
  type GateResult,
  letsThrough,
} from "../../analysis/compare/gate-result.ts";
import {
  countText,
  differenceText,
  figureText,
  intervalText,
  percentText,
  shortFigureText,
} from "../../base/figure-text.ts";
import { estimateDecimals } from "./estimate-decimals.ts";

/** Columns of a gate's table. */
export const GATE_COLUMNS = ["check", "found", "n", "outcome"] as const;

/** A gate in a line. */
export function gateVerdict({
  run,
  baseline,
  figure,
  passed,
  checks,
  undecided,
}: GateResult): string {
  const kept = checks.filter((check) => letsThrough(check, undecided)).length;
  const of = figure === "score" ? "" : ` by ${figure}`;
  const against = baseline === null ? "" : ` against ${baseline}`;
  return `${passed ? "passed" : "failed"}: ${run}${against}${of}, ${kept} of ${checks.length} checks`;
}

/** A line for each check. */
export function gateRows({ checks, on }: GateResult): string[][] {
  return checks.map((check) => [
    checkName(check),
    foundText(check, on === "interval"),
    String(check.n),
    check.outcome,
  ]);
}

/** What is asked for: `accuracy at least 3.5`. */
export function checkName({ kind, criterion, limit }: GateCheck): string {
  const most = shortFigureText(limit);
  if (kind === "failures") return `at most ${most} failures`;
  return kind === "min"
    ? `${criterion} at least ${most}`
    : `${criterion} at most ${most} below the baseline`;
}

/** What was found, with its interval where that decided. */
export function foundText({ kind, estimate, level }: GateCheck, withInterval: boolean): string {
  if (kind === "failures") return shortFigureText(estimate.value);
  const decimals = estimateDecimals(estimate);
  const text = kind === "min" ? figureText : differenceText;
  const value = text(estimate.value, decimals);
  const interval = intervalText(estimate, decimals);
  return withInterval && interval !== "" ? `${value} ${interval} at ${percentText(level)}` : value;
}

/** Why a check is not passed, in a sentence; null for one that is. */
export function reasonText(check: GateCheck): string | null {
  const { outcome, estimate, moreRecords } = check;
  if (outcome === "passed") return null;
  if (estimate.value === null) return `${checkName(check)}: there is no score.`;
  const found = `${checkName(check)}: found ${foundText(check, true)}`;
  if (outcome === "failed") return `${found}.`;
  const more =
    moreRecords === null ? "" : ` ${countText(moreRecords)} more records would probably decide it.`;
  return `${found}, which holds the limit: the data do not decide.${more}`;
}
