/**
 * How a judge comes to its score.
 *
 * - `prefill`: the assistant's turn is opened with the answer prefix, and the score token is what
 *   the judge would say next. One prefill, nothing is generated.
 * - `direct`: the judge answers in its own words, with the score alone.
 * - `reasoning`: the judge writes feedback, and then the score.
 */
export const CONDITIONS = ["prefill", "direct", "reasoning"] as const;

export type Condition = (typeof CONDITIONS)[number];

/** The conditions in which the judge writes its answer itself. */
export type GeneratedCondition = Exclude<Condition, "prefill">;

/** Tokens that are generated at most, unless asked otherwise: as the reference implementation. */
export const MAX_TOKENS: Readonly<Record<GeneratedCondition, number>> = {
  direct: 10,
  reasoning: 256,
};

/**
 * Which token of a generated answer is the score.
 *
 * - `after-prefix`: the label behind the last answer prefix. A digit of the feedback is no score.
 * - `last`: the last token that could be a score, wherever it stands: as the reference
 *   implementation has it.
 */
export const SCORE_POSITIONS = ["after-prefix", "last"] as const;

export type ScorePositionRule = (typeof SCORE_POSITIONS)[number];
