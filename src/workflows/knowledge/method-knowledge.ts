import { seededRandom } from "../../analysis/stats/random.ts";
import { percentile } from "../../analysis/stats/ranks.ts";
import {
  type AskedQuestions,
  boundaryAuroc,
  boundaryFigures,
  type ScoreRange,
  thresholdSweep,
} from "./boundary.ts";
import type { KnowledgeEstimate, MethodKnowledge, ThresholdRange } from "./result.ts";

const RESAMPLES = 2000;
const SEED = 42;

/** The figures of a method at τ, with intervals, and its threshold sweep. */
export function methodKnowledge(
  method: string,
  asked: AskedQuestions,
  scale: ScoreRange,
  options: { readonly tau: number; readonly range: ThresholdRange },
): MethodKnowledge {
  const { tau, range } = options;
  const observed = observedRange(asked.scores);
  const used = range === "scale" ? scale : observed;
  return {
    method,
    at: boundaryFigures(asked, used, tau),
    atObserved: boundaryFigures(asked, observed, tau),
    f1: bootstrapped(asked, (sample) => boundaryFigures(sample, used, tau).f1),
    auroc: bootstrapped(asked, boundaryAuroc),
    sweep: thresholdSweep(asked, used),
  };
}

/** From the least score to the greatest. */
export function observedRange(scores: readonly number[]): ScoreRange {
  return scores.reduce(
    (range, score) => ({ min: Math.min(range.min, score), max: Math.max(range.max, score) }),
    { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
  );
}

/** The same seed for each method: all are resampled alike. */
function bootstrapped(
  asked: AskedQuestions,
  figure: (sample: AskedQuestions) => number | null,
): KnowledgeEstimate {
  const random = seededRandom(SEED);
  const count = asked.scores.length;
  const values: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = Array.from({ length: count }, () => Math.floor(random() * count));
    const value = figure({
      scores: drawn.map((question) => asked.scores[question] ?? Number.NaN),
      answerable: drawn.map((question) => asked.answerable[question] ?? false),
    });
    if (value !== null) values.push(value);
  }
  const value = figure(asked);
  // Undefined in most resamples, it has no interval worth the name.
  if (value === null || values.length < RESAMPLES / 2) return { value, low: null, high: null };
  values.sort((a, b) => a - b);
  return { value, low: percentile(values, 0.025), high: percentile(values, 0.975) };
}
