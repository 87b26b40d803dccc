import { LagerError } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";
import { LabelDistribution } from "../distribution/label-distribution.ts";
import { type NodeLogits, questionNodes } from "../distribution/node-logits.ts";
import type { QuestionWeights } from "../weights/weights-format.ts";
import { clipped, linearSum } from "./layer-score.ts";

/**
 * Reads the log-odds of a checklist's answers, ln p(second answer) − ln p(first) in the last layer, line
 * by line over a run's columns or of one captured item.
 */
export class QuestionLogOdds {
  /** Of the line's questions, in the task's order; shape [questions], 0 behind the line's own. */
  readonly logOdds: Float64Array;
  /** The line's checklist as it is, by the questions' own weights. */
  readonly mean: LabelDistribution;
  readonly #layer: number;
  readonly #questions: readonly {
    readonly distribution: LabelDistribution;
    readonly shares: Float64Array;
  }[];
  #count = 0;

  constructor(
    nodes: readonly NodeLogits[],
    options: { readonly values: readonly number[]; readonly layerCount: number },
  ) {
    const read = (of: readonly NodeLogits[]) =>
      new LabelDistribution(of, { ...options, projection: "normed" });
    this.#layer = options.layerCount;
    this.#questions = questionNodes(nodes).map((own) => ({
      distribution: read(own.map(({ question: _, ...node }) => node)),
      shares: own[0]?.question?.shares ?? new Float64Array(),
    }));
    this.logOdds = new Float64Array(this.#questions.length);
    this.mean = read(nodes);
  }

  /** Questions of the line that was read. */
  get count(): number {
    return this.#count;
  }

  /** Takes on a line; of a single item, line 0. */
  read(line: number): void {
    this.logOdds.fill(0);
    this.#count = 0;
    for (const [i, { distribution, shares }] of this.#questions.entries()) {
      if (!((shares[line] as number) > 0)) continue;
      distribution.layer(line, this.#layer);
      const [worse, better] = distribution.labelLogits;
      this.logOdds[i] = (better as number) - (worse as number);
      this.#count = i + 1;
    }
    this.mean.layer(line, this.#layer);
  }
}

/**
 * The score of a checklist by learned weights: offset + Σ_q coefficient_q · log-odds_q, clipped to the
 * scale; of a criterion that was not learned from, the checklist's own.
 *
 * @throws LagerError `WEIGHTS_MISMATCH` when the criterion has another number of questions.
 */
export function questionScore(
  { parameters, values }: QuestionWeights,
  criterion: string,
  item: QuestionLogOdds,
): number {
  const map = ownValue(parameters.criteria, criterion);
  if (map === undefined) return item.mean.expectation();
  if (map.coefficients.length !== item.count) {
    throw new LagerError(
      "WEIGHTS_MISMATCH",
      `the weights were learned from ${map.coefficients.length} questions on the criterion ` +
        `${JSON.stringify(criterion)}, and there are ${item.count}: learn them anew with lager tune`,
      { place: { field: "parameters.criteria" } },
    );
  }
  return clipped(linearSum(map, item.logOdds), values);
}
