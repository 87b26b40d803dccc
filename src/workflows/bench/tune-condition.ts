import { tune } from "../../analysis/tune/tune.ts";
import { LagerError } from "../../base/errors.ts";
import { fileSha256 } from "../../base/files.ts";
import { isObject } from "../../base/json.ts";
import { version } from "../../base/version.ts";
import { readRunTable } from "../../run/read-run-table.ts";
import { readWeights } from "../../scoring/weights/parse-weights.ts";
import { formatWeights, type Weights } from "../../scoring/weights/weights-format.ts";
import type { Bench } from "./bench-options.ts";
import type { BenchTuning } from "./result.ts";
import type { ScoredCondition } from "./score-conditions.ts";

/** What of learning weights is no error of the benchmark: it is shown in its table. */
const NOTHING_LEARNED: readonly string[] = ["INVALID_ARGUMENT", "CAPTURE_INCOMPLETE"];

/**
 * Learns weights for a condition: on the data that was named for it, else on the evaluated data
 * itself, whose scores are then those of weights that were learned without them. Weights that gain
 * nothing are kept all the same: a table that left them out would show luck alone.
 *
 * @returns null where there is nothing to learn from, or weights were given.
 */
export async function tuneCondition(
  bench: Bench,
  { condition, run, tuneRun }: ScoredCondition,
): Promise<BenchTuning | null> {
  const { options, folder } = bench;
  if (options.weights !== undefined) return null;
  const files = folder.files(condition);
  const [source, counts] = tuneRun === null ? [files.run, run] : [files.tuneRun, tuneRun];
  if (counts.scores === 0) return null;
  const { recipe, folds, seed, signal } = options;
  const inputs = { version, recipe, folds, seed, run: await fileSha256(folder.at(source)) };
  const step = `tune ${condition}`;
  const found = await folder.steps.find(step, inputs);
  if (isObject(found?.facts)) {
    const { problem, unlabelled } = found.facts;
    if (unlabelled === true) return null;
    if (typeof problem === "string") return { weights: null, problem };
    return learned(files.weights, await readWeights(folder.at(files.weights)));
  }
  const table = await readRunTable([folder.at(source)], signal === undefined ? {} : { signal });
  // Without a label there is nothing to learn from, nor to hold scores against.
  if (tuneRun === null && table.human.every(Number.isNaN)) {
    await folder.steps.remember(step, inputs, [], { unlabelled: true });
    return null;
  }
  try {
    const weights = await tune(table, {
      folds,
      seed,
      signal,
      recipe,
      allowWorse: true,
      onPhase: (phase) => options.onProgress?.({ step: "tune", condition, phase }),
    });
    await folder.write(files.weights, formatWeights(weights));
    await folder.steps.remember(step, inputs, [files.weights], {});
    return learned(files.weights, weights);
  } catch (error) {
    if (!(error instanceof LagerError) || !NOTHING_LEARNED.includes(error.code)) throw error;
    await folder.steps.remember(step, inputs, [], { problem: error.message });
    return { weights: null, problem: error.message };
  }
}

/** What the table says of weights, and which of the methods that learn nothing did better. */
function learned(file: string, weights: Weights): BenchTuning {
  const { recipe, training, validation } = weights;
  const [own, ...others] = validation?.methods ?? [];
  return {
    weights: {
      ...{ file, recipe, rows: training.rows, records: training.records },
      methods: validation?.methods ?? [],
      better: others
        .filter(({ spearman }) => own !== undefined && spearman.value > own.spearman.value)
        .map(({ method }) => method),
    },
    problem: null,
  };
}
