import { csvLine } from "../../base/csv.ts";
import { formatFloat32 } from "../../run/format-float32.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";

/**
 * First row of a CSV of a run's results, without the line end: the figures, `p_<label>` for each
 * label, and the failure's code and message, which are empty for scores.
 */
export function csvHeader(labels: readonly string[]): string {
  return csvLine([
    "id",
    "criterion",
    "score",
    "normalized",
    "vanilla",
    "e_score",
    "lager",
    "entropy",
    "standard_deviation",
    "score_mass",
    ...labels.map((label) => `p_${label}`),
    "human",
    "prompt_tokens",
    "reused_tokens",
    "failure_code",
    "failure_message",
  ]);
}

/**
 * One result as a CSV row, without the line end. Figures are the shortest decimals that give back
 * the same float32, as in the run file. Those of a failure are empty, never zero.
 *
 * @param labelCount Number of labels of the scale, which a failure does not know.
 */
export function csvRow(line: Outcome, labelCount: number): string {
  if (line.kind === "failure") {
    const figures = Array.from({ length: labelCount + 11 }, () => "");
    return csvLine([line.id, line.criterion ?? "", ...figures, line.code, line.message]);
  }
  return csvLine([
    line.id,
    line.criterion,
    formatFloat32(line.score),
    formatFloat32(line.normalized),
    formatFloat32(line.vanilla),
    formatFloat32(line.eScore),
    formatFloat32(line.lager),
    formatFloat32(line.entropy),
    formatFloat32(line.standardDeviation),
    formatFloat32(line.scoreMass),
    ...line.probabilities.map(formatFloat32),
    line.human ?? null,
    line.promptTokens,
    line.reusedTokens,
    "",
    "",
  ]);
}
