/**
 * `lager-judge/scorer`: a local judge as a scorer of autoevals, Braintrust and evalite.
 *
 * @module
 */
import { type AdapterOptions, adapterParts } from "./adapter-options.ts";
import { judged } from "./judged.ts";
import { type CriterionMetadata, summarise } from "./summary.ts";
import { textOf } from "./texts.ts";

export { disposeAdapters } from "./judged.ts";
export type { AdapterOptions, CriterionMetadata };

/** What a test tool knows of one case. */
export interface ScorerArguments {
  /** What the system under test was asked: the judge's instruction. */
  readonly input?: unknown;
  /** What it answered: the response that is judged. */
  readonly output: unknown;
  /** The answer that was hoped for: the reference. */
  readonly expected?: unknown;
  /** What the answer should rest on. */
  readonly context?: unknown;
}

/** A case's score, as autoevals, Braintrust and evalite take it. */
export interface ScorerResult {
  readonly name: string;
  /** 0…1; null: not scored, for the reason that the metadata has. */
  readonly score: number | null;
  readonly metadata: Readonly<Record<string, CriterionMetadata>>;
}

/** How a scorer is made. */
export interface LagerScorerOptions extends AdapterOptions {
  /** What the score is called. Default: the criterion's name where there is one, else the task's. */
  readonly name?: string | undefined;
}

/**
 * Makes a scorer: its score is the mean of the criteria's normalized scores. The judge is loaded with the
 * first case, once a process.
 *
 * @throws LagerError `INVALID_ARGUMENT` for an option that there is not; what loading a judge throws
 *   comes with the first case.
 * @example
 * evalite("Answers", { data, task, scorers: [lagerScorer({ criteria: ["accuracy"] })] });
 */
export function lagerScorer(
  options: LagerScorerOptions = {},
): (args: ScorerArguments) => Promise<ScorerResult> {
  const { name, ...own } = options;
  const parts = adapterParts("lager-judge/scorer", own);
  return async ({ input, output, expected, context }) => {
    const { task, criteria, outcomes } = await judged(parts, {
      instruction: textOf(input),
      response: textOf(output),
      reference: textOf(expected),
      context: textOf(context),
    });
    const { score, metadata } = summarise(outcomes);
    const only = criteria.length === 1 ? criteria[0] : undefined;
    return { name: name ?? only ?? task, score, metadata };
  };
}
