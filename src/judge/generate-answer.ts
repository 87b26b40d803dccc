import { LagerError, requireOneOf } from "../base/errors.ts";
import type { EngineTurn } from "../engine/native/engine-turn.ts";
import {
  CONDITIONS,
  type Condition,
  type GeneratedCondition,
  MAX_TOKENS,
  SCORE_POSITIONS,
  type ScorePositionRule,
} from "../input/task/condition.ts";
import type { ScoreFinder } from "../input/tokens/find-score.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";

/** What a caller asks of the condition. */
export interface ConditionOptions {
  /** How the judge comes to its score. Default `prefill`: nothing is generated. */
  readonly condition?: Condition | undefined;
  /** Tokens that it may generate: by default 10 (`direct`) or 256 (`reasoning`). */
  readonly maxTokens?: number | undefined;
  /** Which token of a generated answer is the score. Default `after-prefix`. */
  readonly scorePosition?: ScorePositionRule | undefined;
}

/** A condition with every default filled in. */
export type ConditionSettings =
  | { readonly condition: "prefill" }
  | {
      readonly condition: GeneratedCondition;
      readonly maxTokens: number;
      readonly scorePosition: ScorePositionRule;
    };

/**
 * Fills in the defaults.
 *
 * @throws LagerError `INVALID_ARGUMENT`, also for what has no meaning without a generated answer.
 */
export function conditionSettings(options: ConditionOptions): ConditionSettings {
  const condition = requireOneOf("condition", options.condition ?? "prefill", CONDITIONS);
  if (condition === "prefill") {
    for (const name of ["maxTokens", "scorePosition"] as const) {
      if (options[name] === undefined) continue;
      throw new LagerError(
        "INVALID_ARGUMENT",
        `${name} is about generated answers: it goes with the conditions direct and reasoning`,
      );
    }
    return { condition };
  }
  const maxTokens = options.maxTokens ?? MAX_TOKENS[condition];
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) {
    throw new LagerError("INVALID_ARGUMENT", `maxTokens is at least 1, and not ${maxTokens}`);
  }
  const rule = options.scorePosition ?? "after-prefix";
  return {
    condition,
    maxTokens,
    scorePosition: requireOneOf("scorePosition", rule, SCORE_POSITIONS),
  };
}

/** What the judge wrote, and where in it the score stands. */
export interface Answer {
  /** The prompt and the answer up to the score position, shape [tokens]; null without a score. */
  readonly scored: { readonly tokens: Int32Array; readonly labels: LabelTree } | null;
  /** Token ids that were generated. */
  readonly generated: readonly number[];
  /** Tokens of the prompt that were not decoded again. */
  readonly reusedTokens: number;
}

/**
 * Lets the judge answer a prompt, and finds the score in what it wrote.
 *
 * @throws LagerError as `EngineTurn.generate`.
 */
export async function generateAnswer(
  turn: Pick<EngineTurn, "generate">,
  prompt: Int32Array,
  options: {
    readonly finder: ScoreFinder;
    readonly maxTokens: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Answer> {
  const { finder, maxTokens, signal } = options;
  const { tokens, reusedTokens } = await turn.generate(prompt, {
    maxTokens,
    isDone: (generated) => finder.isComplete(generated),
    signal,
  });
  const found = await finder.find(tokens);
  if (found === undefined) return { scored: null, generated: tokens, reusedTokens };
  const { before, labels } = found;
  const scored = Int32Array.from([...prompt, ...tokens.slice(0, before)]);
  return { scored: { tokens: scored, labels }, generated: tokens, reusedTokens };
}
