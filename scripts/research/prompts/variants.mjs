// The prompts that are compared, as tasks made from the built-in topical-chat: each with the records
// that it reads.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/** Criteria of the study. */
export const CRITERIA = ["naturalness", "engagingness", "groundedness"];

/**
 * Yes/no questions of each criterion, asked so that yes is good. The first is the criterion itself.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const QUESTIONS = {
  naturalness: [
    "Would a person say it like this in a chat?",
    "Does the reply sound relaxed, as among friends?",
    "Is the reply worded smoothly, without odd turns?",
    "Does the reply fit in as the next thing to say?",
  ],
  engagingness: [
    "Is the reply interesting, so that the other would like to go on talking?",
    "Does the reply bring up something that is fun to talk about?",
    "Does the reply tell something new or surprising?",
    "Does the reply give the other person something to answer?",
  ],
  groundedness: [
    "Does the reply make use of the fact, and get it right?",
    "Does the reply mention something that stands in the fact?",
    "Does the reply hold details, such as names or numbers, that come from the fact?",
    "Does whoever wrote the reply seem to know the fact?",
  ],
};

/** How a criterion's question is named, where it is a criterion of its own. */
export const questionName = (/** @type {string} */ criterion, /** @type {number} */ i) =>
  `${criterion}-${i + 1}`;

/** @typedef {Record<string, unknown> & {criteria: {name: string}[], prompt: string}} TaskFile */

/**
 * The tasks by the arm's name; `rating` is the built-in one on the study's criteria.
 *
 * @param {string} file of the built-in task
 * @returns {Promise<ReadonlyMap<string, TaskFile>>}
 */
export async function taskVariants(file) {
  const builtin = /** @type {TaskFile} */ (parse(await readFile(file, "utf8")));
  const rating = {
    ...builtin,
    criteria: builtin.criteria.filter(({ name }) => CRITERIA.includes(name)),
  };
  const plain = {
    ...rating,
    criteria: rating.criteria.map((criterion) => ({ ...criterion, anchors: undefined })),
  };
  const [shared = "", reply = "", criterion = "", format = ""] = rating.prompt.split(
    /(?=^## (?:Reply|Criterion|Output))/m,
  );
  /** @type {Record<string, TaskFile>} */
  const variants = {
    rating,
    "no-anchors": { ...plain, name: "topical-chat-no-anchors" },
    "one-to-nine": {
      ...{ ...plain, name: "topical-chat-one-to-nine" },
      scale: { min: 1, max: 9 },
    },
    "criterion-first": {
      ...{ ...rating, name: "topical-chat-criterion-first" },
      prompt: [shared, criterion, "\n", reply, format].join(""),
    },
    questions: {
      ...{ ...rating, name: "topical-chat-questions" },
      description:
        "Two people chat. The second was shown a fact to draw on, and writes the next reply. You " +
        "answer a question on that reply. Odd spacing and missing capitals come from how the chat " +
        "was stored; overlook them.",
      scale: { labels: { no: 0, yes: 1 } },
      answerPrefix: "answer: ",
      criteria: CRITERIA.flatMap((name) =>
        (QUESTIONS[name] ?? []).map((description, i) => ({
          ...{ name: questionName(name, i), description },
        })),
      ),
      prompt: `${shared}${reply.replace("Reply to grade", "The reply")}## Question (answer no or yes)\n{{ criterion.description }}\n`,
    },
  };
  return new Map(Object.entries(variants));
}

/**
 * Records with an id, and the human score of each criterion under the names of its questions too.
 *
 * @param {readonly {scores: Record<string, number>}[]} records
 * @param {number} first - number of the first in the published order, from 1
 */
export function studyRecords(records, first) {
  return records.map((record, i) => ({
    ...record,
    id: String(first + i),
    scores: {
      ...record.scores,
      ...Object.fromEntries(
        CRITERIA.flatMap((name) =>
          (QUESTIONS[name] ?? []).map((_, q) => [questionName(name, q), record.scores[name]]),
        ),
      ),
    },
  }));
}
