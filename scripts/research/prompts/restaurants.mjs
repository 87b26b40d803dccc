// The study's winner on another set: sentences about restaurants (sfres), rated as the built-in task does and
// asked yes/no on the criterion. Scores what is not there yet, then prints the table.
//
//     npm run build && node scripts/research/prompts/restaurants.mjs sfres.json FOLDER
//       [--judge qwen2.5-coder-1.5b] [--records 200] [--threads 1] [--seed 42]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { agreement, compare } from "../../../dist/analysis/tune/agreement.js";
import { outOfFold, roundsOf, rowFolds } from "../../../dist/analysis/tune/cross-validate.js";
import { ridgeLearner } from "../../../dist/analysis/tune/recipes.js";
import { figure, interval, printTable, signed } from "../tune/table.mjs";
import { readArm } from "./arms.mjs";
import { scoreArm } from "./score-arm.mjs";

const FOLDS = 5;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    judge: { type: "string", default: "qwen2.5-coder-1.5b" },
    records: { type: "string", default: "200" },
    threads: { type: "string", default: "1" },
    seed: { type: "string", default: "42" },
  },
});
const [data, folder] = positionals;
if (data === undefined || folder === undefined) throw new Error("give the data and a folder");
const seed = Number(values.seed);
const root = path.join(import.meta.dirname, "../../..");
await mkdir(folder, { recursive: true });

// Every fourth, because neighbours are much alike.
const all = /** @type {object[]} */ (JSON.parse(await readFile(data, "utf8")));
const input = path.join(folder, "records.json");
await writeFile(
  input,
  JSON.stringify(
    all
      .map((record, i) => ({ ...record, id: String(i + 1) }))
      .filter((_, i) => i % 4 === 3)
      .slice(0, Number(values.records)),
  ),
);

const rating = parse(await readFile(path.join(root, "data/tasks/sfres.yaml"), "utf8"));
const [act = "", sentence = ""] = rating.prompt.split(/(?=^## (?:Sentence|Criterion|Output))/m);
const tasks = {
  rating,
  questions: {
    ...{ ...rating, name: "sfres-questions" },
    description:
      "A restaurant guide turns formal dialogue acts into sentences. You answer a question on such a " +
      "sentence. Missing capitals and odd spacing come from how the sentences were stored; overlook them.",
    ...{ scale: { labels: { no: 0, yes: 1 } }, answerPrefix: "answer: " },
    criteria: rating.criteria.map(
      (/** @type {{name: string, description: string}} */ criterion) => ({
        name: criterion.name,
        description:
          criterion.name === "overall"
            ? "Is the sentence good on the whole, as an answer of the guide?"
            : criterion.description,
      }),
    ),
    prompt: `${act}${sentence.replace("Sentence to grade", "The sentence")}## Question (answer no or yes)\n{{ criterion.description }}\n`,
  },
};

/** @type {import("../../../dist/analysis/tune/agreement.js").Agreement[]} */
const bases = [];
/** @type {string[][]} */
const rows = [];
for (const [arm, task] of Object.entries(tasks)) {
  const file = path.join(folder, `${arm}.yaml`);
  await writeFile(file, stringify(task));
  const { judge, threads } = values;
  const { set, perReply } = await readArm([
    scoreArm({ input, task: file, arm, folder, judge, threads }),
  ]);
  const rounds = roundsOf(rowFolds(set, FOLDS, seed), FOLDS);
  const learned = await outOfFold(set, ridgeLearner(set, { carried: null }), rounds);
  for (const [i, scores] of [set.eScores, learned].entries()) {
    const method = agreement(set, scores, seed);
    bases[i] ??= method;
    const difference = compare(method, bases[i] ?? method).difference;
    rows.push([
      ...[arm, i === 0 ? "e-score" : "ridge, out of fold", figure(perReply, 0)],
      ...set.criteria.map((criterion) => figure(method.criteria[criterion])),
      interval(method.spearman),
      arm === "rating" ? "" : interval(difference, { text: signed }),
    ]);
  }
}
printTable([
  [
    ...["prompt", "score", "new tokens a sentence", "informativeness", "naturalness", "overall"],
    ...["mean", "− the rating's"],
  ],
  ...rows,
]);
