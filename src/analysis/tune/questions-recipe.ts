import { Pacer } from "../../base/pacer.ts";
import { questionsByName } from "../../input/task/checklist.ts";
import { clipped, linearSum } from "../../scoring/score/layer-score.ts";
import { QuestionLogOdds } from "../../scoring/score/question-score.ts";
import type { LinearMap } from "../../scoring/weights/weights-format.ts";
import { Moments, type Standard, standardOf } from "./moments.ts";
import type { Belief } from "./priors.ts";
import type { Learned, Learner } from "./recipes.ts";
import { APARTNESS, fitRidge } from "./ridge-recipe.ts";
import { linearMap } from "./row-features.ts";
import type { TrainingSet } from "./training-set.ts";

/** λ: a handful of questions needs less shrinkage than twice as many features as a judge has layers. */
const STRENGTHS = [3, 10, 30, 100, 300, 1e3, 1e4];

/** The rows' answers, of one criterion. */
interface CriterionAnswers {
  readonly standard: Standard;
  /** The questions' own weights, and none at all; see `Belief`. */
  readonly beliefs: readonly Belief[];
}

/**
 * The recipe `questions`: ridge regression of human scores on the log-odds of a checklist's answers, for
 * each criterion by itself, since its questions are its own. Shrunk toward a multiple of the questions'
 * own weights or toward nothing, as the evidence has it, so with few labels the checklist stays what it
 * was and with many each question gets its weight and its sign.
 */
export function questionsLearner(
  set: TrainingSet,
  options: { readonly signal?: AbortSignal | undefined },
): Learner {
  const { values } = set.table.header;
  const answers = rowAnswers(set);
  const criteria = set.criteria.map((name, c) => criterionAnswers(set, answers, name, c));
  const pacer = new Pacer(options.signal, "learning the questions' weights");
  return async (rows): Promise<Learned> => {
    const fits = [];
    for (const [c, { standard, beliefs }] of criteria.entries()) {
      await pacer.rest();
      const moments = momentsOf(
        set,
        answers,
        rows.filter((row) => set.criterionOf[row] === c),
        standard.means.length,
      );
      fits.push(fitRidge([moments], [standard], beliefs, STRENGTHS));
    }
    const maps = fits.map((fit, c) =>
      linearMap(fit.criteria[0] ?? fit.common, (criteria[c] as CriterionAnswers).standard),
    );
    return {
      layerWeights: Float64Array.of(1),
      questionMaps: () =>
        Object.fromEntries(set.criteria.map((name, c) => [name, maps[c] as LinearMap])),
      chosen: { apartness: APARTNESS },
      predict: (asked) =>
        Float64Array.from(asked, (row) => {
          const map = maps[set.criterionOf[row] as number] as LinearMap;
          return clipped(linearSum(map, answers[row] as Float64Array), values);
        }),
    };
  };
}

/** Log-odds of each row's answers, shape [rows][questions of its criterion]. */
function rowAnswers({ table, lines }: TrainingSet): Float64Array[] {
  const { values, judge } = table.header;
  const reader = new QuestionLogOdds(table.nodes, { values, layerCount: judge.layers });
  return Array.from(lines, (line) => {
    reader.read(line);
    return reader.logOdds.slice(0, reader.count);
  });
}

function criterionAnswers(
  set: TrainingSet,
  answers: readonly Float64Array[],
  name: string,
  number: number,
): CriterionAnswers {
  const shares = questionsByName(set.table.header.task, name).map(({ share }) => share);
  const rows = Int32Array.from(set.lines, (_, row) => row).filter(
    (row) => set.criterionOf[row] === number,
  );
  return {
    standard: standardOf(momentsOf(set, answers, rows, shares.length)),
    beliefs: [
      { direction: Float64Array.from(shares), share: 3 },
      { direction: new Float64Array(shares.length), share: 1 },
    ],
  };
}

function momentsOf(
  { targets }: TrainingSet,
  answers: readonly Float64Array[],
  rows: Int32Array,
  size: number,
): Moments {
  const moments = new Moments(size);
  for (const row of rows) moments.add(answers[row] as Float64Array, targets[row] as number);
  return moments;
}
