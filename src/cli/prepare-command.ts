import { judgeLayouts } from "../engine/models/layout-choice.ts";
import { resolveJudge } from "../engine/models/resolve.ts";
import { formatTable } from "../present/terminal/table.ts";
import { prepareJudge } from "../workflows/prepare/prepare-judge.ts";
import { EXIT } from "./exit-code.ts";
import { modelProgress } from "./open-judge.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Options of `lager judges prepare`. */
export interface PrepareCommandOptions {
  readonly threads?: number;
  readonly json?: boolean;
}

/** `lager judges prepare`: measures layouts of the weights, and keeps the fastest that is as exact. */
export async function prepareCommand(
  name: string,
  { threads, json }: PrepareCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const status = new StatusLine();
  const judge = await resolveJudge(name, { signal, onProgress: modelProgress(status) });
  const preparation = await prepareJudge(judge, {
    ...(threads !== undefined && { threads }),
    signal,
    onStep: (text) => {
      status.update(
        () => text,
        () => text,
      );
    },
  });
  status.clear();
  if (json === true) {
    await writeStdout(`${JSON.stringify(preparation)}\n`);
    return EXIT.ok;
  }
  const verdicts = judgeLayouts(preparation.figures);
  const table = formatTable(
    [
      { title: "weights", align: "left" },
      { title: "tokens/s", align: "right" },
      { title: "size", align: "right" },
      { title: "difference", align: "right" },
      { title: "verdict", align: "left" },
    ],
    preparation.figures.map(({ layout, tokensPerSecond, bytes, difference }, i) => [
      layout,
      tokensPerSecond.toFixed(0),
      `${Math.round(bytes / 1e6)} MB`,
      difference.toPrecision(2),
      verdicts[i] === layout ? "" : (verdicts[i] ?? ""),
    ]),
    process.stdout.columns ?? 100,
  );
  await writeStdout(`${table.join("\n")}\n`);
  status.note(
    preparation.kept === null
      ? "the judge is used as it is: no other layout is a tenth faster and as exact"
      : `kept as ${preparation.kept.type}; use it with --prepared auto`,
  );
  return EXIT.ok;
}
