import type { EvalResult } from "../../analysis/eval/eval-result.ts";

/**
 * The method that a chart with room for one shows: the learned weights' where there are any, else
 * `lager`, else whatever the run has.
 */
export function mainMethod({ mainMethods }: EvalResult): string {
  const preferred = ["lager-tuned", "lager", "e-score"];
  return preferred.find((name) => mainMethods.includes(name)) ?? mainMethods[0] ?? "e-score";
}
