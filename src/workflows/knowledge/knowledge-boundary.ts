import { LagerError } from "../../base/errors.ts";
import { watchInput } from "../../base/input-version.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { readRecords } from "../../input/dataset/dataset.ts";
import { loadTask } from "../../input/task/load-task.ts";
import type { Task } from "../../input/task/task.ts";
import { figureReader } from "../../run/figure-reader.ts";
import { readRun } from "../../run/read-run.ts";
import type { RunHeader } from "../../run/run-format.ts";
import type { Score } from "../../scoring/score/outcome.ts";
import { requireSameData } from "../score-run/require-same-data.ts";
import {
  requireOwnOutputs,
  scoreByPrefill,
  type WithJudgeOptions,
} from "../score-run/score-file.ts";
import { methodKnowledge, observedRange } from "./method-knowledge.ts";
import type { KnowledgeResult, ThresholdRange } from "./result.ts";

/** What is asked, and where the boundary lies. */
export interface KnowledgeOptions extends WithJudgeOptions {
  /** Share τ: a question is called unanswerable at or below min + τ (max − min). Default 0.75. */
  readonly tau?: number;
  /** Default `scale`. */
  readonly range?: ThresholdRange;
  /** With a finished run, layers to aggregate instead of those that it was scored with. */
  readonly layers?: string;
}

/** Layers in the middle to upper part, beside those that the run was scored with. */
const WINDOW = "window:0.6-0.8";

/**
 * Asks a judge which questions it could answer, and finds by its scores those that it could not.
 *
 * @param questions a file of records with `question`, and `answerable` where it is known.
 * @throws LagerError `INVALID_ARGUMENT` when no question was scored, `ABORTED`, and what loading the
 *   judge, scoring and reading the run throw.
 */
export async function knowledgeBoundary(
  questions: string,
  options: KnowledgeOptions,
): Promise<KnowledgeResult> {
  const { judge, signal, onNotice, tau = 0.75, range = "scale" } = options;
  const task = await loadTask("knowledge");
  await requireOwnOutputs(questions, [], options);
  const requireUnchanged = await watchInput(questions);
  // What is made of the run must be of one and the same run.
  await using lock = judge === null ? undefined : await OutputLock.acquire(options.run);
  if (judge !== null) await scoreByPrefill(judge, task, questions, { ...options, lock });
  const run = await readRun(options.run, { onCutLastLine: ({ message }) => onNotice?.(message) });
  if (judge === null) await requireSameData(run, { run: options.run, data: questions, signal });
  const lines: Score[] = [];
  let failed = 0;
  for await (const line of run.lines) {
    if (line.kind === "score") lines.push(line);
    else failed++;
  }
  if (lines.length === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "no question was scored, so there is nothing to judge; the lines of the run say why",
      { place: { file: options.run } },
    );
  }
  const texts = await questionTexts(questions, task, signal);
  await requireUnchanged();
  const layers = judge === null ? options.layers : undefined;
  const score = figureReader("score", run.header, layers, options.projection);
  return boundaryOf({ header: run.header, lines, failed, texts }, score, { tau, range });
}

async function questionTexts(
  questions: string,
  task: Task,
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const entry of readRecords(questions, task, { signal })) {
    if (entry.kind === "record") texts.set(entry.id, entry.instruction);
  }
  return texts;
}

/** A run over questions. */
export interface AskedRun {
  readonly header: RunHeader;
  readonly lines: readonly Score[];
  /** Lines without a score. */
  readonly failed: number;
  /** The questions by their ids. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * What a run's scores say of its questions.
 *
 * @param score of a line, by which questions are called unanswerable.
 */
function boundaryOf(
  { header, lines, failed, texts }: AskedRun,
  score: (line: Score) => number,
  { tau, range }: { readonly tau: number; readonly range: ThresholdRange },
): KnowledgeResult {
  const scale = { min: Math.min(...header.values), max: Math.max(...header.values) };
  const used = range === "scale" ? scale : observedRange(lines.map(score));
  const threshold = used.min + tau * (used.max - used.min);
  const known = lines.filter(({ human }) => human !== undefined);
  const answerable = known.map(({ human }) => human === 1);
  const methods = [
    { method: "score", figure: score },
    { method: "lager", figure: figureReader("lager", header) },
    { method: `lager-${WINDOW}`, figure: figureReader("score", header, WINDOW) },
    { method: "e-score", figure: figureReader("e-score", header) },
    { method: "vanilla", figure: figureReader("vanilla", header) },
  ].map(({ method, figure }) =>
    methodKnowledge(method, { scores: known.map(figure), answerable }, scale, { tau, range }),
  );
  return {
    questions: lines.length,
    failed,
    unanswerable: answerable.filter((is) => !is).length,
    tau,
    range,
    threshold,
    methods: known.length === 0 ? [] : methods,
    called: lines
      .map((line) => ({ id: line.id, score: score(line), text: texts.get(line.id) ?? "" }))
      .filter((each) => each.score <= threshold)
      .sort((a, b) => a.score - b.score),
  };
}
