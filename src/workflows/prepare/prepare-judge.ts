import { rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { moveWhole } from "../../base/files.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { EXAMPLES_FOLDER } from "../../base/package-paths.ts";
import { createModelsFolder, modelsFolder } from "../../engine/models/cache.ts";
import { cachedSha256 } from "../../engine/models/file-hash.ts";
import {
  AS_IT_IS,
  judgeLayouts,
  LAYOUTS,
  type LayoutFigures,
} from "../../engine/models/layout-choice.ts";
import type { ModelProgress } from "../../engine/models/model-progress.ts";
import {
  type Preparation,
  preparedPath,
  readPreparation,
  recordPath,
  removeAbandoned,
  removeReplaced,
  writePreparation,
} from "../../engine/models/prepared.ts";
import { type ResolvedJudge, resolveJudge } from "../../engine/models/resolve.ts";
import { openHost } from "../../engine/native/engine-host.ts";
import type { Isolation } from "../../engine/native/engine-options.ts";
import { JudgeEngine } from "../../engine/native/judge-engine.ts";
import { rewriteWeights } from "../../engine/native/rewrite-weights.ts";
import { readRecords } from "../../input/dataset/dataset.ts";
import { loadTask } from "../../input/task/load-task.ts";
import { judgeTaskOf } from "../../judge/judge-task.ts";
import type { PrepareResult } from "./result.ts";

/** How a judge is prepared. */
export interface PrepareOptions {
  /** Threads of the measurement; those that scoring will use. Default one a physical core. */
  readonly threads?: number | undefined;
  /** Where the engine runs. Default `none`: in this process, which ends with it. */
  readonly isolation?: Isolation | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Progress of a download or of the checksum of a file that is new here. */
  readonly onModelProgress?: ((progress: ModelProgress) => void) | undefined;
  /** Told what is being done: "rewriting the weights as BF16". */
  readonly onStep?: ((text: string) => void) | undefined;
}

interface Layout {
  readonly name: string;
  readonly file: string;
}

interface Prompt {
  readonly tokens: Int32Array;
  readonly scoreTokens: Int32Array;
}

/** Records of the example whose prompts, on two criteria each, are compared. */
const RECORDS = 3;
/** Times that each layout reads a prompt, in turns with the others: medians bear other work beside. */
const REPETITIONS = 5;
/** Above so many parameters the reference is F16: F32 weights would not fit many machines. */
const MOST_FOR_F32 = 500_000_000;

/**
 * Measures which layout of a judge's weights reads prompts fastest on this machine's CPU without
 * being less exact, and keeps that file in the cache.
 *
 * The reference of exactness are the judge's own weights as F32 (F16 above 500 million parameters).
 * What is kept is told by {@link judgeLayouts}. A rewrite that runs is waited for when the signal
 * comes; nothing of it stays.
 *
 * @param judge a name of the catalogue, the path of a GGUF file, or an `hf:` URI.
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`, and what loading the judge throws.
 */
export async function prepareJudge(
  judge: string,
  options: PrepareOptions = {},
): Promise<PrepareResult> {
  const { signal, onModelProgress } = options;
  const source = await resolveJudge(judge, { signal, onProgress: onModelProgress });
  const preparation = await measureAndKeep(source, options);
  const verdicts = judgeLayouts(preparation.figures);
  const figures = preparation.figures.map((each, i) => ({ ...each, verdict: verdicts[i] ?? "" }));
  return { ...preparation, figures };
}

async function measureAndKeep(
  source: ResolvedJudge,
  options: PrepareOptions,
): Promise<Preparation> {
  await createModelsFolder();
  await using _ = await OutputLock.acquire(recordPath(source.sha256));
  await removeAbandoned();
  const scratch: string[] = [];
  try {
    const loaded = await load(source.path, options);
    const { parameters } = loaded.info;
    const { cpuFeatures, release } = loaded.backend;
    const prompts = await examplePrompts(loaded).finally(() => loaded.dispose());
    const reference = parameters > MOST_FOR_F32 ? "F16" : "F32";
    await requireRoom(parameters, reference);

    const layouts: Layout[] = [{ name: AS_IT_IS, file: source.path }];
    for (const type of new Set([...LAYOUTS, reference])) {
      throwIfAborted(options.signal, "preparing the judge");
      options.onStep?.(`rewriting the weights as ${type}`);
      const file = `${preparedPath(source.sha256, type)}.${process.pid}.part`;
      scratch.push(file);
      // What a rewrite runs into ends a child, and when it has ended its memory is free again.
      await using host = openHost({ isolation: "process" });
      await rewriteWeights(host.addon, source.path, file, type);
      layouts.push({ name: type, file });
    }
    const figures = await measure(layouts, reference, prompts, options);
    const kept = figures[judgeLayouts(figures).indexOf("kept")];
    const preparation: Preparation = {
      schema: 1,
      sourceSha256: source.sha256,
      cpuFeatures,
      llama: release,
      figures,
      kept: kept === undefined ? null : await keep(source, layouts, kept.layout, options),
    };
    const before = await readPreparation(source.sha256);
    await writePreparation(preparation);
    await removeReplaced(before, preparation);
    return preparation;
  } finally {
    await Promise.all(scratch.map((file) => rm(file, { force: true })));
  }
}

function load(file: string, { threads, isolation, signal }: PrepareOptions): Promise<JudgeEngine> {
  return JudgeEngine.load(file, { gpu: "off", threads, isolation, signal });
}

async function examplePrompts(engine: JudgeEngine): Promise<Prompt[]> {
  const task = await loadTask(path.join(EXAMPLES_FOLDER, "quickstart.yaml"));
  const judgeTask = await judgeTaskOf(engine, task);
  const prompts: Prompt[] = [];
  const records = readRecords(path.join(EXAMPLES_FOLDER, "quickstart.jsonl"), task, {
    limit: RECORDS,
  });
  for await (const entry of records) {
    if (entry.kind === "failure") throw new LagerError(entry.code, entry.message);
    for (const criterion of task.criteria.slice(0, 2)) {
      const { tokens, labels } = await judgeTask.prompt(criterion, entry);
      const scoreTokens = labels?.nodes[0]?.outcomes;
      if (scoreTokens === undefined) throw new LagerError("INTERNAL", "a prompt without labels");
      prompts.push({ tokens, scoreTokens });
    }
  }
  return prompts;
}

/** All rewritten files are there at the same time. */
async function requireRoom(parameters: number, reference: string): Promise<void> {
  const bytes = parameters * (2 + 2 + 1.07 + (reference === "F32" ? 4 : 0));
  const { bavail, bsize } = await statfs(modelsFolder());
  if (bavail * bsize > bytes * 1.1) return;
  throw new LagerError(
    "UNWRITABLE_OUTPUT",
    `preparing the judge takes ${Math.ceil(bytes / 1e9)} GB of disk for a while, and there is ` +
      `less: make room, or set LAGER_HOME to another disk`,
    { place: { file: modelsFolder() } },
  );
}

async function measure(
  layouts: readonly Layout[],
  reference: string,
  prompts: readonly Prompt[],
  options: PrepareOptions,
): Promise<LayoutFigures[]> {
  const rates = new Map<string, number[]>();
  const logits = new Map<string, Float32Array[]>();
  const timed = layouts.filter(({ name }) => name === AS_IT_IS || isLayout(name));
  options.onStep?.("comparing the logits of each layout");
  for (const { name, file } of layouts) {
    await using engine = await load(file, options);
    const rows: Float32Array[] = [];
    for (const { tokens, scoreTokens } of prompts) {
      rows.push((await engine.capture(tokens, scoreTokens, options)).normed);
    }
    logits.set(name, rows);
  }
  for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
    options.onStep?.(`measuring the speed, ${repetition} of ${REPETITIONS}`);
    for (const { name, file } of timed) {
      await using engine = await load(file, options);
      rates.set(name, [...(rates.get(name) ?? []), await readingRate(engine, prompts, options)]);
    }
  }
  return Promise.all(
    timed.map(async ({ name, file }) => ({
      layout: name,
      bytes: (await stat(file)).size,
      tokensPerSecond: median(rates.get(name) ?? []),
      difference: largestDifference(logits.get(name) ?? [], logits.get(reference) ?? []),
    })),
  );
}

function isLayout(name: string): boolean {
  return (LAYOUTS as readonly string[]).includes(name);
}

/** Prompt tokens a second, after one prompt that brings the weights into memory. */
async function readingRate(
  engine: JudgeEngine,
  prompts: readonly Prompt[],
  { signal }: PrepareOptions,
): Promise<number> {
  let tokens = 0;
  let startedAt = 0;
  for (const [i, prompt] of prompts.slice(0, 3).entries()) {
    if (i === 1) startedAt = performance.now();
    await engine.capture(prompt.tokens, prompt.scoreTokens, { signal, fresh: true });
    if (i > 0) tokens += prompt.tokens.length;
  }
  return (tokens / (performance.now() - startedAt)) * 1000;
}

/** Over all rows but the token embedding's, which no layer has touched. */
function largestDifference(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  let largest = left.length === right.length && left.length > 0 ? 0 : Number.NaN;
  for (const [i, values] of left.entries()) {
    for (const [k, value] of values.entries()) {
      const difference = Math.abs(value - (right[i]?.[k] ?? Number.NaN));
      if (!Number.isNaN(value)) largest = Math.max(largest, difference);
    }
  }
  return largest;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function keep(
  source: ResolvedJudge,
  layouts: readonly Layout[],
  type: string,
  options: PrepareOptions,
): Promise<Preparation["kept"]> {
  const layout = layouts.find(({ name }) => name === type);
  if (layout === undefined) throw new LagerError("INTERNAL", `no layout ${type} was written`);
  const target = preparedPath(source.sha256, type);
  await requireNoInput([target], [source.path]);
  await moveWhole(layout.file, target);
  const sha256 = await cachedSha256(target, { signal: options.signal });
  return { type, file: path.basename(target), sha256 };
}
