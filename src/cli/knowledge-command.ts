import path from "node:path";
import { readRecords } from "../dataset/dataset.ts";
import { LagerError } from "../errors.ts";
import { methodKnowledge } from "../knowledge/knowledge-result.ts";
import { type KnowledgeReport, knowledgeText } from "../report/knowledge-text.ts";
import { readRun } from "../run/read-run.ts";
import type { RunScore } from "../run/run-format.ts";
import type { Projection } from "../score/score-result.ts";
import { loadTask } from "../task/load-task.ts";
import { EXIT } from "./exit-code.ts";
import { type JudgeOptions, openJudge } from "./open-judge.ts";
import { scoreToRun } from "./score-to-run.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Options of `lager knowledge`. */
export interface KnowledgeOptions extends JudgeOptions {
  readonly judge: string;
  readonly tau: number;
  readonly run?: string;
  readonly fromRun?: string;
  readonly projection: Projection;
  readonly layers: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const METHODS = [
  { method: "lager", figure: "score" },
  { method: "e-score", figure: "eScore" },
  { method: "direct", figure: "direct" },
] as const;

/** `lager knowledge`: which questions can the judge answer, by its own score? */
export async function knowledgeCommand(
  questions: string,
  options: KnowledgeOptions,
  signal: AbortSignal,
): Promise<number> {
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const task = await loadTask("knowledge");
  const name = path.basename(questions, path.extname(questions));
  const runFile = options.fromRun ?? options.run ?? `${name}.knowledge.run.jsonl`;
  if (options.fromRun === undefined) {
    await using judge = await openJudge(options.judge, options, status, signal);
    await scoreToRun(judge, {
      input: questions,
      task,
      condition: { condition: "prefill" },
      projection: options.projection,
      layers: options.layers,
      file: runFile,
      status,
      signal,
      title: "asking",
    });
    status.note(`run file: ${runFile}`);
  }
  const run = await readRun(runFile, { onCutLastLine: (error) => status.note(error.message) });
  const lines: RunScore[] = [];
  let failed = 0;
  for await (const line of run.lines) {
    if (line.kind === "score") lines.push(line);
    else failed++;
  }
  if (lines.length === 0) {
    throw new LagerError("INVALID_ARGUMENT", "the run holds no scores: there is nothing to judge", {
      place: { file: runFile },
    });
  }
  const texts = new Map<string, string>();
  for await (const entry of readRecords(questions, task, { signal })) {
    if ("record" in entry) texts.set(entry.record.id, entry.record.instruction);
  }
  const { values } = run.header;
  const scale = { min: Math.min(...values), max: Math.max(...values) };
  const report = knowledgeReport(lines, failed, scale, options.tau, texts);
  await writeStdout(
    options.json === true
      ? `${JSON.stringify(report)}\n`
      : knowledgeText(report, { columns: process.stdout.columns ?? 100 }),
  );
  return failed > 0 ? EXIT.someFailed : EXIT.ok;
}

function knowledgeReport(
  lines: readonly RunScore[],
  failed: number,
  scale: { readonly min: number; readonly max: number },
  tau: number,
  texts: ReadonlyMap<string, string>,
): KnowledgeReport {
  const threshold = scale.min + tau * (scale.max - scale.min);
  const known = lines.filter(({ human }) => human !== undefined);
  const answerable = known.map(({ human }) => human === 1);
  return {
    questions: lines.length,
    failed,
    unanswerable: answerable.filter((is) => !is).length,
    tau,
    threshold,
    methods:
      known.length === 0
        ? []
        : METHODS.map(({ method, figure }) =>
            methodKnowledge(
              method,
              { scores: known.map((line) => line[figure]), answerable },
              scale,
              tau,
            ),
          ),
    called: lines
      .filter(({ score }) => score <= threshold)
      .sort((a, b) => a.score - b.score)
      .map(({ id, score }) => ({ id, score, text: texts.get(id) ?? "" })),
  };
}
