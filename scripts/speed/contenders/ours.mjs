// This package: a block of records from the items to the lines of a run file, all layers. Timed is
// everything in between: templates, tokens, plan, decoding, scores, writing.
//
//   node ours.mjs '{"judge":…,"prepared":"off","threads":2}'
//
// A request is {items, task, criteria, promptsFile, planFile, runFile}; `criteria` is how many of the
// task's criteria are judged. Beside the run it leaves the prompts, in the order of the items, and
// the plan of what was decoded, in its order, for the other contenders.
import { writeFile } from "node:fs/promises";
import { EngineTurn } from "../../../dist/engine/native/engine-turn.js";
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";
import { loadJudge, loadTask, recordsOf, scoreToRun } from "../../../dist/index.js";
import { answerLines } from "./answer-lines.mjs";

/** What the engine captures in this block: prompts in the order in which they are decoded. */
const captured = [];
let isFirst = true;
const capture = JudgeEngine.prototype.capture;
JudgeEngine.prototype.capture = async function record(tokens, scoreTokens, options) {
  // A block stands alone: nothing is left from the one before.
  const fresh = isFirst;
  isFirst = false;
  const result = await capture.call(this, tokens, scoreTokens, { ...options, fresh });
  captured.push({ tokens, scoreTokens, reused: result.reusedTokens });
  return result;
};

/** Counted here: an answer without a score does not say how many tokens it has. */
let generatedTokens = 0;
const generate = EngineTurn.prototype.generate;
EngineTurn.prototype.generate = async function count(prompt, options) {
  const result = await generate.call(this, prompt, options);
  generatedTokens += result.tokens.length;
  return result;
};

const { judge: name, prepared, threads, fast = false } = JSON.parse(process.argv[2] ?? "{}");
const startedAt = performance.now();
const judge = await loadJudge(name, { gpu: "off", threads, prepared, fast });
const loadSeconds = (performance.now() - startedAt) / 1000;
if (prepared === "auto" && judge.prepared === null) {
  throw new Error(`there are no prepared weights of ${name}: \`lager judges prepare ${name}\``);
}
const { contextSize, batchSize, quantization, layers } = judge.info;

await answerLines(
  { loadSeconds, path: judge.path, contextSize, batchSize, quantization, layers },
  score,
);
await judge.dispose();

async function score({
  items,
  task: taskName,
  criteria,
  condition,
  promptsFile,
  planFile,
  runFile,
}) {
  const whole = await loadTask(taskName);
  const task = { ...whole, criteria: whole.criteria.slice(0, criteria ?? undefined) };
  const session = await judge.openSession(task, { include: ["tokens"], ...condition });
  const { labels } = session;
  captured.length = 0;
  isFirst = true;
  const scores = [];
  let progress;
  generatedTokens = 0;
  const begin = performance.now();
  await scoreToRun(session, recordsOf(items, task), runFile, {
    force: true,
    onProgress: (told) => {
      progress = told;
    },
    onOutcome: (outcome) => {
      if (outcome.kind === "score") scores.push(outcome);
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (condition !== undefined) {
    // What the judge wrote may hold no score, and nobody else is to read it.
    return { seconds, items: items.length, prompts: items.length, generatedTokens };
  }
  if (progress.failed > 0) throw new Error(`${progress.failed} of the records could not be scored`);
  await writeFile(promptsFile, JSON.stringify(promptsOf(scores, labels)));
  await writeFile(planFile, planOf(captured));
  const { promptTokens, decodedTokens, distinctTokens, decodeSeconds } = progress;
  return {
    ...{ seconds, items: items.length, prompts: scores.length },
    ...{ promptTokens, decodedTokens, distinctTokens, decodeSeconds },
  };
}

/** What the other contenders read, and what they should come close to. */
function promptsOf(scores, labels) {
  return {
    labels: labels.map(({ tokens }) => tokens[0]),
    values: labels.map(({ value }) => value),
    prompts: scores.map(({ tokens, score: ours, eScore }) => ({ tokens, score: ours, eScore })),
  };
}

function planOf(captures) {
  const lines = captures.map(({ tokens, reused }) => [reused, ...tokens].join(" "));
  return `${captures[0].scoreTokens.join(" ")}\n${lines.join("\n")}\n`;
}
