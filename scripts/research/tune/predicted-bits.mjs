// Whether scoring with weights gives the bits that evaluation predicts from a run without them.
//
//     npm run build:ts && node scripts/research/tune/predicted-bits.mjs WEIGHTS PLAIN.jsonl WEIGHED.jsonl
//
// Both runs are of the same records, which the weights were not learned from: of those evaluation takes
// the scores out of fold.
import { parseArgs } from "node:util";
import { tunedScores } from "../../../dist/analysis/eval/tuned-scores.js";
import { Pacer } from "../../../dist/base/pacer.js";
import { readRun, readRunTable, readWeights } from "../../../dist/index.js";

const { positionals } = parseArgs({ allowPositionals: true });
const [file, plain, weighed] = positionals;
if (file === undefined || plain === undefined || weighed === undefined) {
  throw new Error("give a weights file and two run files");
}
const table = await readRunTable([plain]);
const pacer = new Pacer(undefined, "the comparison");
const { method } = await tunedScores(table, { file, weights: await readWeights(file) }, [], pacer);
const predicted = new Map(
  Array.from(method.scores, (score, line) => [
    `${table.records[table.recordOf[line] ?? -1]} ${table.criteria[table.criterionOf[line] ?? -1]}`,
    Math.fround(score),
  ]),
);

let same = 0;
let other = 0;
for await (const line of (await readRun(weighed)).lines) {
  if (line.kind === "failure") continue;
  const expected = predicted.get(`${line.id} ${line.criterion}`);
  if (Object.is(expected, Math.fround(line.score))) same++;
  else other++;
}
console.log(`${same} scores have the bits that were predicted, ${other} have others`);
if (other > 0 || same !== table.lines) process.exitCode = 1;
