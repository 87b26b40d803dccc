// The library's exports and methods, each with valid arguments, which are made anew for every case.
import * as lager from "../../dist/index.js";
import { LOADING, RECORDS, seedFiles, TASK } from "./seeds.mjs";

/** @typedef {readonly [name: string, call: any, args: () => any[]]} Call */
/** @typedef {() => string} Output names a file that is not there yet. */

/**
 * Every call; those that load a judge are apart, because they take longer than all others.
 *
 * @param {string} folder
 */
export async function apiCalls(folder) {
  const files = await seedFiles(folder);
  let outputs = 0;
  const output = () => `out-${process.pid}-${outputs++}`;
  const table = await lager.readRunTable([files.run]);
  const task = lager.parseTask(TASK);
  return {
    light: [
      ...readingCalls(files, task, output),
      ...tableCalls(files, table),
      ...(await writingCalls(files, table, output)),
      ...(await valueCalls(files, task)),
      ...(await judgeCalls(files, task, output)),
    ],
    heavy: heavyCalls(files, output),
  };
}

/**
 * @param {Record<string, string>} files
 * @param {any} task
 * @param {Output} output
 * @returns {Call[]}
 */
function readingCalls(files, task, output) {
  const reading = { signal: new AbortController().signal, onProgress: () => {} };
  return [
    ["listJudges", lager.listJudges, () => []],
    ["resolveJudge", lager.resolveJudge, () => [files.judge, { ...reading }]],
    ["readRecords", lager.readRecords, () => [files.data, task, { limit: 3, format: "jsonl" }]],
    ["builtinTaskNames", lager.builtinTaskNames, () => []],
    ["loadTask", lager.loadTask, () => [files.task]],
    ["openHidden", lager.openHidden, () => [files.run]],
    ["readRun", lager.readRun, () => [files.run, { onCutLastLine: () => {} }]],
    ["readRunItem", lager.readRunItem, () => [files.run, "r1"]],
    ["readRunTable", lager.readRunTable, () => [[files.run], { ...reading }]],
    ["readWeights", lager.readWeights, () => [files.weights]],
    ["readRatings", lager.readRatings, () => [files.ratings]],
    ["meanRatings", lager.meanRatings, () => [[files.ratings]]],
    ["compareRaters", lager.compareRaters, () => [[files.ratings]]],
    ["checkData", lager.checkData, () => [task, files.data, { condition: "prefill" }]],
    [
      "RatingSession.open",
      bound(lager.RatingSession, "open"),
      () => [files.run, { data: files.data, output: output(), rater: "anna" }],
    ],
    ["RatingSession.rate", rates(files, output), () => [3]],
  ];
}

/**
 * @param {Record<string, string>} files
 * @param {any} table
 * @returns {Call[]}
 */
function tableCalls(files, table) {
  const quick = { resamples: 2, seed: 1 };
  return [
    ["evaluateRun", lager.evaluateRun, () => [[files.run], { ...quick, onProgress: () => {} }]],
    ["evaluateTable", lager.evaluateTable, () => [table, { ...quick, unit: "group" }]],
    ["evaluateRuns", lager.evaluateRuns, () => [[files.run], { ...quick }]],
    ["tune", lager.tune, () => [table, { recipe: "ridge", folds: 3, allowWorse: true }]],
    ["tuneRuns", lager.tuneRuns, () => [[files.run], { recipe: "consensus", allowWorse: true }]],
    ["planRatings", lager.planRatings, () => [[files.run], { count: 3, seed: 1 }]],
    ["openRunHidden", lager.openRunHidden, () => [table]],
    [
      "gateRun",
      lager.gateRun,
      () => [files.run, { min: [{ criterion: null, limit: 1, level: 0.9 }], resamples: 5 }],
    ],
    [
      "compareSystems",
      lager.compareSystems,
      () => [[files.run], { by: "system", resamples: 5, data: files.data }],
    ],
  ];
}

/**
 * @param {Record<string, string>} files
 * @param {any} table
 * @param {Output} output
 * @returns {Promise<Call[]>}
 */
async function writingCalls(files, table, output) {
  const { header, lines } = await lager.readRunItem(files.run ?? "", "r1");
  const hidden = await lager.openHidden(files.run ?? "");
  const runHidden = await lager.openRunHidden(table);
  const written = (/** @type {string} */ method) => writes(output, header, method);
  return [
    ["readLineTexts", lager.readLineTexts, () => [files.run, header, lines, { data: files.data }]],
    ["pickLines", lager.pickLines, () => [lines, { top: 2, sort: "entropy", where: [] }]],
    ["parseLineFilter", lager.parseLineFilter, () => ["score<2"]],
    ["RunWriter.open", bound(lager.RunWriter, "open"), () => [output(), header, { force: true }]],
    ["RunWriter.write", written("write"), () => [lines[0]]],
    ["RunWriter.known", written("known"), () => [{ id: "r1", criterion: "clarity", facts: {} }]],
    ["RunWriter.finish", written("finish"), () => [{ isWhole: true }]],
    ["HiddenReader.read", bound(hidden, "read"), () => [1]],
    ["RunHidden.read", bound(runHidden, "read"), () => [1]],
  ];
}

/**
 * @param {Record<string, string>} files
 * @param {any} task
 * @returns {Promise<Call[]>}
 */
async function valueCalls(files, task) {
  const weights = await lager.readWeights(files.weights ?? "");
  const { lines } = await lager.readRunItem(files.run ?? "", "r1");
  const item = { criterion: "clarity", nodes: /** @type {any} */ (lines[0]).nodes };
  const template = new lager.ChatTemplate(null, { bosToken: "", eosToken: "" });
  const error = new lager.LagerError("ABORTED", "x");
  const place = { file: "f", line: 1 };
  const source = "{{ messages[0].content }}";
  return [
    ["parseTask", lager.parseTask, () => [TASK, { file: "f" }]],
    ["taskToObject", lager.taskToObject, () => [task]],
    ["recordsOf", lager.recordsOf, () => [RECORDS.slice(0, 3), task]],
    ["applyWeights", lager.applyWeights, () => [weights, item]],
    ["isOtherCondition", lager.isOtherCondition, () => [weights, "prefill"]],
    ["isOtherTask", lager.isOtherTask, () => [weights, task]],
    ["parseWeights", lager.parseWeights, () => [weights, { file: "f" }]],
    ["formatWeights", lager.formatWeights, () => [weights]],
    ["weightsSha256", lager.weightsSha256, () => [weights]],
    ["LagerError", constructs(lager.LagerError), () => ["ABORTED", "text", { place, cause: 1 }]],
    ["LagerError.at", bound(error, "at"), () => [{ file: "f", line: 2 }]],
    [
      "ChatTemplate",
      constructs(lager.ChatTemplate),
      () => [source, { bosToken: "", eosToken: "" }],
    ],
    ["ChatTemplate.render", bound(template, "render"), () => [{ user: "u" }, "score: ", {}]],
  ];
}

/**
 * @param {Record<string, string>} files
 * @param {any} task
 * @param {Output} output
 * @returns {Promise<Call[]>}
 */
async function judgeCalls(files, task, output) {
  const judge = await lager.loadJudge(files.judge ?? "", LOADING);
  const session = await judge.openSession(task);
  const entries = () => lager.recordsOf(RECORDS.slice(0, 2), task);
  const layers = { layers: "all", include: ["tokens"], projection: "raw" };
  return [
    ["Judge.openSession", bound(judge, "openSession"), () => [TASK, layers]],
    [
      "Judge.score",
      bound(judge, "score"),
      () => [RECORDS[0], { task: TASK, criterion: "clarity" }],
    ],
    ["Judge.scoreAll", bound(judge, "scoreAll"), () => [RECORDS.slice(0, 2), { task: TASK }]],
    ["Judge.metadata", bound(judge, "metadata"), () => []],
    ["Session.header", bound(session, "header"), () => []],
    ["Session.score", bound(session, "score"), () => [RECORDS[0], { criterion: "depth" }]],
    ["Session.scoreAll", bound(session, "scoreAll"), () => [entries(), { known: () => null }]],
    ["scoreToRun", lager.scoreToRun, () => [session, entries(), output(), { entryCount: 2 }]],
  ];
}

/**
 * @param {Record<string, string>} files
 * @param {Output} output
 * @returns {Call[]}
 */
function heavyCalls(files, output) {
  const { judge, data } = files;
  const lora = [{ path: files.adapter, scale: 1 }];
  const few = () => ({ ...LOADING, judge, limit: 2, run: output(), output: output() });
  const signal = AbortSignal.abort();
  return [
    ["loadJudge", lager.loadJudge, () => [judge, { ...LOADING, lora }]],
    ["checkJudge", lager.checkJudge, () => [judge, { ...LOADING }]],
    ["doctor", lager.doctor, () => [{ judge, gpu: "off", signal }]],
    ["bench", lager.bench, () => [files.task, data, { ...few(), resamples: 2 }]],
    ["knowledgeBoundary", lager.knowledgeBoundary, () => [data, few()]],
    ["selectRecords", lager.selectRecords, () => [data, { ...few(), keep: { share: 0.5 } }]],
    ["scoreData", lager.scoreData, () => [data, { ...few(), task: files.task }]],
  ];
}

/**
 * @param {any} object
 * @param {string} method
 */
function bound(object, method) {
  return object[method].bind(object);
}

/** @param {any} Class */
function constructs(Class) {
  return (/** @type {unknown[]} */ ...args) => new Class(...args);
}

/**
 * Calls a method of a run writer, which is closed then.
 *
 * @param {Output} output
 * @param {any} header
 * @param {string} method
 */
function writes(output, header, method) {
  return async (/** @type {any[]} */ ...args) => {
    const run = await lager.RunWriter.open(output(), header);
    try {
      return await /** @type {any} */ (run)[method](...args);
    } finally {
      await run.close();
    }
  };
}

/**
 * @param {Record<string, string>} files
 * @param {Output} output
 */
function rates(files, output) {
  return async (/** @type {any[]} */ ...args) => {
    const options = { data: files.data ?? "", output: output(), rater: "anna" };
    const session = await lager.RatingSession.open(files.run ?? "", options);
    try {
      return await /** @type {any} */ (session).rate(...args);
    } finally {
      await session[Symbol.asyncDispose]();
    }
  };
}
