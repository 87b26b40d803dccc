// This package: a block of records from the items to the lines of a run file, all layers. Timed is
// everything in between: templates, tokens, plan, decoding, scores, writing.
//
//   node ours.mjs '{"judge":…,"threads":2}'
//
// A request is the work, with {promptsFile, planFile, runFile}; `criteria` is how many of the task's
// criteria are judged. Beside the run it leaves the prompts, in the order of the items, and
// the plan of what was decoded, in its order, for the other contenders.
import { writeFile } from "node:fs/promises";
import { EngineTurn } from "../../../dist/engine/native/engine-turn.js";
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";
import { loadJudge, loadTask, recordsOf, scoreToRun } from "../../../dist/index.js";
import { answerLines } from "./answer-lines.mjs";

/**
 * @typedef {import("../../../dist/index.js").Task} Task
 * @typedef {import("../../../dist/index.js").LabelTokens} LabelTokens
 * @typedef {import("../../../dist/index.js").Score} Score
 * @typedef {{tokens: Int32Array, scoreTokens: Int32Array, reused: number}} Capture
 * @typedef {import("node-llama-cpp").Token} Token
 */

/**
 * What the other contenders read: the labels' tokens and values, and prompts with what comes of them, or
 * with how many tokens were written behind each.
 *
 * @typedef {{labels: Token[], values: number[],
 *   prompts: {tokens: Token[], score: number, eScore: number, generated?: number}[]}} Prompts
 */

/**
 * A block of work. `criteria`: how many of the task's, null for all; `condition`: the judge writes.
 *
 * @typedef {import("../measure.mjs").Work & {promptsFile: string, planFile: string, runFile: string}} Request
 */

/**
 * What the engine captures in this block: prompts in the order in which they are decoded.
 *
 * @type {Capture[]}
 */
const captured = [];
/** @type {import("../../../dist/index.js").ScoreProgress} */
const NOTHING_YET = {
  ...{ done: 0, failed: 0, promptTokens: 0 },
  ...{ decodedTokens: 0, distinctTokens: 0, decodeSeconds: 0 },
};

let isFirst = true;
let isUnshared = false;
const capture = JudgeEngine.prototype.capture;
JudgeEngine.prototype.capture = async function record(tokens, scoreTokens, options) {
  // A block stands alone: nothing is left from the one before.
  const fresh = isFirst || isUnshared;
  isFirst = false;
  const result = await capture.call(this, tokens, scoreTokens, { ...options, fresh });
  captured.push({ tokens, scoreTokens, reused: result.reusedTokens });
  return result;
};

/**
 * Kept here: an answer without a score does not say how many tokens it has.
 *
 * @type {{tokens: Int32Array, generated: number}[]}
 */
const written = [];
const generate = EngineTurn.prototype.generate;
EngineTurn.prototype.generate = async function count(prompt, options) {
  const result = await generate.call(this, prompt, options);
  written.push({ tokens: prompt, generated: result.tokens.length });
  return result;
};

const { judge: name, threads, fast = false } = JSON.parse(process.argv[2] ?? "{}");
const startedAt = performance.now();
const judge = await loadJudge(name, { gpu: "off", threads, fast });
const loadSeconds = (performance.now() - startedAt) / 1000;
const { contextSize, batchSize, quantization, layers } = judge.info;

await answerLines(
  { loadSeconds, path: judge.path, contextSize, batchSize, quantization, layers },
  score,
);
await judge.dispose();

/** @param {Request} request */
async function score({
  items,
  task: taskName,
  criteria,
  condition,
  isUnshared: unshared = false,
  highestLabel,
  promptsFile,
  planFile,
  runFile,
}) {
  const task = scaled(await loadTask(taskName), criteria, highestLabel);
  isUnshared = unshared;
  const session = await judge.openSession(task, { include: ["tokens"], ...condition });
  const { labels } = session;
  captured.length = 0;
  isFirst = true;
  /** @type {Score[]} */
  const scores = [];
  let progress = NOTHING_YET;
  written.length = 0;
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
    // What the judge wrote may hold no score.
    const generatedTokens = written.reduce((sum, { generated }) => sum + generated, 0);
    await writeFile(
      promptsFile,
      JSON.stringify({ labels: [], values: [], prompts: writtenPrompts() }),
    );
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

/**
 * The task with its first criteria, on a scale from 1 to another label where one is given.
 *
 * @param {Task} task
 * @param {number | null} criteria
 * @param {number} [highest]
 * @returns {Task}
 */
function scaled(task, criteria, highest) {
  const first = task.criteria.slice(0, criteria ?? undefined);
  if (highest === undefined) return { ...task, criteria: first };
  const scale = Array.from({ length: highest }, (_, i) => ({ label: String(i + 1), value: i + 1 }));
  // Anchors are of the task's own labels.
  return { ...task, scale, criteria: first.map((criterion) => ({ ...criterion, anchors: {} })) };
}

function writtenPrompts() {
  return written.map(({ tokens, generated }) => ({ tokens: Array.from(tokens), generated }));
}

/**
 * What the other contenders read, and what they should come close to.
 *
 * @param {Score[]} scores
 * @param {readonly LabelTokens[]} labels
 * @returns {Prompts}
 */
function promptsOf(scores, labels) {
  return {
    labels: labels.flatMap(({ tokens }) => asTokens(tokens.slice(0, 1))),
    values: labels.map(({ value }) => value),
    prompts: scores.map(({ tokens = [], score: ours, eScore }) => ({
      tokens: asTokens(tokens),
      score: ours,
      eScore,
    })),
  };
}

/**
 * node-llama-cpp has a type of its own for token ids.
 *
 * @param {readonly number[]} tokens
 */
function asTokens(tokens) {
  return /** @type {Token[]} */ (tokens);
}

/** @param {Capture[]} captures */
function planOf(captures) {
  const lines = captures.map(({ tokens, reused }) => [reused, ...tokens].join(" "));
  return `${captures[0]?.scoreTokens.join(" ")}\n${lines.join("\n")}\n`;
}
