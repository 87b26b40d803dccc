import path from "node:path";
import { LagerError } from "../base/errors.ts";
import { readRecords } from "../input/dataset/dataset.ts";
import { loadTask } from "../input/task/load-task.ts";
import { knowledgeText } from "../present/terminal/knowledge-text.ts";
import { figureReader } from "../run/figure-reader.ts";
import { readRun } from "../run/read-run.ts";
import type { RunHeader, RunScore } from "../run/run-format.ts";
import { methodKnowledge, observedRange } from "../workflows/knowledge/method-knowledge.ts";
import type { KnowledgeResult } from "../workflows/knowledge/result.ts";
import { EXIT } from "./exit-code.ts";
import type { KnowledgeOptions } from "./knowledge-command.ts";
import { scoreByPrefill } from "./score-to-run.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Layers in the middle to upper part, beside those that the run was scored with. */
const WINDOW = "window:0.6-0.8";

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
    await scoreByPrefill(options, task, {
      input: questions,
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
    throw new LagerError(
      "INVALID_ARGUMENT",
      "no question was scored, so there is nothing to judge; the lines of the run say why",
      {
        place: { file: runFile },
      },
    );
  }
  const texts = new Map<string, string>();
  for await (const entry of readRecords(questions, task, { signal })) {
    if ("record" in entry) texts.set(entry.record.id, entry.record.instruction);
  }
  const layers = options.fromRun === undefined ? undefined : options.layers;
  const report = knowledgeReport(
    { header: run.header, lines, failed, texts },
    figureReader("lager", run.header, layers),
    options,
  );
  await writeStdout(
    options.json === true
      ? `${JSON.stringify(report)}\n`
      : knowledgeText(report, { columns: process.stdout.columns ?? 100 }),
  );
  return failed > 0 ? EXIT.someFailed : EXIT.ok;
}

interface Asked {
  readonly header: RunHeader;
  readonly lines: readonly RunScore[];
  readonly failed: number;
  readonly texts: ReadonlyMap<string, string>;
}

function knowledgeReport(
  { header, lines, failed, texts }: Asked,
  score: (line: RunScore) => number,
  { tau, range }: Pick<KnowledgeOptions, "tau" | "range">,
): KnowledgeResult {
  const scale = { min: Math.min(...header.values), max: Math.max(...header.values) };
  const used = range === "scale" ? scale : observedRange(lines.map(score));
  const threshold = used.min + tau * (used.max - used.min);
  const known = lines.filter(({ human }) => human !== undefined);
  const answerable = known.map(({ human }) => human === 1);
  const window = figureReader("lager", header, WINDOW);
  const methods = [
    { method: "lager", figure: score },
    { method: `lager-${WINDOW}`, figure: window },
    { method: "e-score", figure: figureReader("e-score", header, undefined) },
    { method: "vanilla", figure: figureReader("vanilla", header, undefined) },
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
