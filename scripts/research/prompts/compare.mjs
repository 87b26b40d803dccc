// The study's tables from its run files, as Markdown. No judge is needed.
//
//     npm run build:ts && node scripts/research/prompts/compare.mjs FOLDER [--seed 42]
//
// Every arm is compared with the rating as it is, on the records that both have whole; intervals draw
// conversations (groups). Scores are e-scores; of questions, p(yes).
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { spearman } from "../../../dist/analysis/stats/correlation.js";
import { agreement, compare } from "../../../dist/analysis/tune/agreement.js";
import { figure, interval, printTable, signed } from "../tune/table.mjs";
import { eScoresOf, partOf, readArm, separationOf } from "./arms.mjs";
import { checklistMethods } from "./checklists.mjs";
import { withLabels } from "./with-labels.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("give the folder of the run files");
const seed = Number(values.seed);

/** @type {Map<string, Map<string, import("./arms.mjs").Arm>>} */
const judges = new Map();
for (const [judge, arms] of await armFiles(folder)) {
  /** @type {Map<string, import("./arms.mjs").Arm>} */
  const own = new Map();
  for (const [arm, files] of arms) own.set(arm, await readArm(files));
  judges.set(judge, own);
}

/** @type {string[][]} */
const prompts = [];
/** @type {string[][]} */
const questions = [];
/** @type {string[][]} */
const labelled = [];
for (const [judge, arms] of judges) {
  const rating = arms.get("rating");
  if (rating === undefined) throw new Error(`${judge}: there is no run of the rating`);
  for (const [arm, { set, perReply }] of arms) {
    if (arm === "questions") continue;
    await addPrompt(judge, arm, rating, { perReply, scores: eScoresOf(set) });
  }
  const asked = arms.get("questions");
  if (asked === undefined) continue;
  for (const method of checklistMethods(asked)) {
    await addPrompt(judge, method.name, rating, method);
  }
  addQuestions(judge, rating, asked);
  labelled.push(...(await withLabels(judge, rating, asked, seed)));
}
console.log("Spearman by criterion\n");
printTable([
  [
    ...["judge", "prompt", "replies", "new tokens a reply", "naturalness", "engagingness"],
    ...["groundedness", "mean", "− rating", "criteria agree", "people"],
  ],
  ...prompts,
]);
console.log("\nEach question's p(yes)\n");
printTable([["judge", "criterion", "question", "Spearman", "mean p(yes)"], ...questions]);
console.log("\nWith labels, conversations held out\n");
printTable([
  ["judge", "learned from", "replies", "mean", "− rating's e-score", "− rating's layers"],
  ...labelled,
]);

/**
 * @param {string} judge
 * @param {string} name
 * @param {import("./arms.mjs").Arm} rating
 * @param {{scores: ReadonlyMap<string, number>, perReply: number}} method
 */
async function addPrompt(judge, name, rating, { scores, perReply }) {
  const { set, own, base } = rating.onLines(scores);
  if (set.lines.length === 0) return;
  const method = agreement(set, own, seed);
  const { difference } = compare(method, agreement(set, base, seed));
  const separation = await separationOf(set, own, seed);
  prompts.push([
    ...[judge, name, String(set.lines.length / set.criteria.length), figure(perReply, 0)],
    ...set.criteria.map((criterion) => figure(method.criteria[criterion])),
    interval(method.spearman),
    name === "rating" ? "" : interval(difference, { text: signed }),
    ...[figure(separation?.method, 2), figure(separation?.human, 2)],
  ]);
}

/**
 * @param {string} judge
 * @param {import("./arms.mjs").Arm} rating whose replies count
 * @param {import("./arms.mjs").Arm} asked
 */
function addQuestions(judge, rating, asked) {
  const { records, recordOf } = asked.table;
  const rated = new Set(rating.table.records);
  const set = partOf(asked.set, (row) =>
    rated.has(records[recordOf[asked.set.lines[row] ?? -1] ?? -1] ?? ""),
  );
  for (const [c, name] of set.criteria.entries()) {
    const rows = [...set.lines.keys()].filter((row) => set.criterionOf[row] === c);
    const yes = rows.map((row) => set.eScores[row] ?? Number.NaN);
    const human = rows.map((row) => set.targets[row] ?? Number.NaN);
    questions.push([
      ...[judge, name.replace(/-\d+$/, "")],
      set.table.header.task.criteria.find((criterion) => criterion.name === name)?.description ??
        "",
      figure(spearman(yes, human).value),
      figure(yes.reduce((sum, each) => sum + each, 0) / yes.length, 2),
    ]);
  }
}

/**
 * Run files by judge and arm; an arm may be in several, `…-pN.jsonl`.
 *
 * @param {string} directory
 */
async function armFiles(directory) {
  /** @type {Map<string, Map<string, string[]>>} */
  const found = new Map();
  for (const name of (await readdir(directory)).sort()) {
    const match =
      /^(?<judge>.+)-(?<arm>rating|no-anchors|one-to-nine|criterion-first|questions)(-p\d+)?\.jsonl$/.exec(
        name,
      );
    const { judge, arm } = match?.groups ?? {};
    if (judge === undefined || arm === undefined) continue;
    const arms = found.get(judge) ?? new Map();
    arms.set(arm, [...(arms.get(arm) ?? []), path.join(directory, name)]);
    found.set(judge, arms);
  }
  return found;
}
