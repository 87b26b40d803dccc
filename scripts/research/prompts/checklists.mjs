// What is made of yes/no questions without labels.
import { eScoresOf, lineName } from "./arms.mjs";
import { CRITERIA, QUESTIONS, questionName } from "./variants.mjs";

/**
 * Scores of each reply on each criterion, from the p(yes) of its questions.
 *
 * @param {import("./arms.mjs").Arm} asked
 */
export function checklistMethods(asked) {
  return [
    { name: "yes/no", uses: (/** @type {number} */ q) => q === 0 },
    { name: "checklist of 4", uses: () => true },
    { name: "checklist of 3", uses: (/** @type {number} */ q) => q > 0 },
  ].map(({ name, uses }) => ({
    name,
    scores: meansOfYes(asked, uses),
    perReply: tokensOf(asked, uses),
  }));
}

/**
 * @param {import("./arms.mjs").Arm} asked
 * @param {(question: number) => boolean} uses
 */
function meansOfYes({ set }, uses) {
  const yes = eScoresOf(set);
  /** @type {Map<string, number>} */
  const scores = new Map();
  for (const record of set.table.records) {
    for (const criterion of CRITERIA) {
      const own = numbersOf(criterion, uses).map((q) =>
        yes.get(lineName(record, questionName(criterion, q))),
      );
      if (own.some((each) => each === undefined)) continue;
      const sum = own.reduce((/** @type {number} */ total, each) => total + (each ?? 0), 0);
      scores.set(lineName(record, criterion), sum / own.length);
    }
  }
  return scores;
}

/**
 * New tokens a reply if only these questions were asked: the first one of a reply, which what they
 * share was decoded for, is counted without it where it is left out.
 *
 * @param {import("./arms.mjs").Arm} asked
 * @param {(question: number) => boolean} uses
 */
function tokensOf({ tokensOf: byQuestion, perReply }, uses) {
  const left = CRITERIA.flatMap((criterion, c) =>
    numbersOf(criterion, (q) => !uses(q)).map(
      (q) => byQuestion.get(questionName(criterion, c === 0 && q === 0 ? 1 : q)) ?? 0,
    ),
  );
  return left.reduce((rest, each) => rest - each, perReply);
}

/**
 * @param {string} criterion
 * @param {(question: number) => boolean} uses
 */
function numbersOf(criterion, uses) {
  return [...(QUESTIONS[criterion] ?? []).keys()].filter(uses);
}
