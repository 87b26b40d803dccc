import { errorMessage, LagerError } from "../base/errors.ts";
import { cachedJudgePath } from "../engine/models/cache.ts";
import { pullJudge } from "../engine/models/fetch.ts";
import { isCached, listJudges, resolveJudge, verifyJudge } from "../engine/models/resolve.ts";
import { JudgeEngine } from "../engine/native/judge-engine.ts";
import { nativeAddon } from "../engine/native/native-addon.ts";
import { preparedFor } from "../judge/judge.ts";
import { formatTable } from "../present/terminal/table.ts";
import { EXIT } from "./exit-code.ts";
import { type JudgeOptions, modelProgress, openJudge } from "./open-judge.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** `lager judges list` */
export async function listCommand(): Promise<number> {
  const judges = await listJudges();
  const rows = judges.map((judge) => [
    judge.name,
    `${Math.round(judge.size / 1e6)} MB`,
    judge.quantization,
    judge.cached ? "yes" : "no",
    judge.description,
  ]);
  const table = formatTable(
    [
      { title: "name", align: "left" },
      { title: "size", align: "right" },
      { title: "weights", align: "left" },
      { title: "fetched", align: "left" },
      { title: "what it is", align: "left", flexible: true },
    ],
    rows,
    process.stdout.columns ?? 120,
  );
  await writeStdout(`${table.join("\n")}\n`);
  return EXIT.ok;
}

/** `lager judges pull` */
export async function pullCommand(name: string, signal: AbortSignal): Promise<number> {
  const status = new StatusLine();
  const file = await pullJudge(name, { signal, onProgress: modelProgress(status) });
  status.clear();
  await writeStdout(`${file}\n`);
  return EXIT.ok;
}

/** `lager judges info` */
export async function infoCommand(
  name: string,
  options: JudgeOptions,
  signal: AbortSignal,
): Promise<number> {
  await using judge = await openJudge(name, options, new StatusLine(), signal);
  const { info, backend } = judge;
  const { chatTemplate, ...figures } = info;
  const labels = await judge.labelTokens().then(
    (all) =>
      all.map(({ label, tokens, texts }) => {
        const shown = tokens.map((token, i) => `${token} ${JSON.stringify(texts[i])}`);
        return `${label} → ${shown.join(" + ")}`;
      }),
    (error: unknown) => [errorMessage(error)],
  );
  const lines: [string, string][] = [
    ["name", judge.name],
    ["file", judge.path],
    ["sha256", judge.sha256],
    ...Object.entries(figures).map(([key, value]): [string, string] => [key, String(value)]),
    ["chat template", chatTemplate === null ? "none" : `${chatTemplate.length} characters`],
    ["score tokens 1–5", labels.join(", ")],
    ["llama.cpp", backend.release],
    ["backend", `${backend.backend} (${backend.devices.map((d) => d.description).join(", ")})`],
  ];
  const width = Math.max(...lines.map(([key]) => key.length));
  await writeStdout(
    `${lines.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join("\n")}\n`,
  );
  return EXIT.ok;
}

/** What `lager judges verify` finds out about one judge. */
export interface Verification {
  readonly file: string;
  readonly architecture: string | null;
  readonly layers: number | null;
  /** Rows of hidden states that can be captured: the layers, and the token embedding. */
  readonly captured: number | null;
  /** Largest difference of the last layer's score logits to llama.cpp's own; 0: bit-identical. */
  readonly maxDifference: number | null;
  readonly supported: boolean;
  readonly reason: string | null;
}

/** `lager judges verify`: file hash and head check of each judge; 0 when all are supported. */
export async function verifyCommand(
  judges: readonly string[],
  options: JudgeOptions & { readonly json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  let allSupported = true;
  for (const judge of judges) {
    const result = await verify(judge, options, signal);
    allSupported &&= result.supported;
    const text = result.supported
      ? `${result.file}: supported (${result.architecture}, ${result.layers} layers, ` +
        `largest difference to llama.cpp's own logits ${result.maxDifference})`
      : `${result.file}: not supported: ${result.reason}`;
    await writeStdout(`${options.json === true ? JSON.stringify(result) : text}\n`);
  }
  return allSupported ? EXIT.ok : EXIT.judge;
}

async function verify(
  judge: string,
  options: JudgeOptions,
  signal: AbortSignal,
): Promise<Verification> {
  const status = new StatusLine();
  const nothing = { layers: null, captured: null, maxDifference: null };
  let file = judge;
  try {
    const call = { signal, onProgress: modelProgress(status) };
    const isKept = await isCached(judge);
    if (isKept) file = cachedJudgePath(judge);
    // Fetched just now and checked by that, or a file of one's own: nothing to compare it with.
    const found = isKept ? await verifyJudge(judge, call) : await resolveJudge(judge, call);
    file = found.path;
    if (options.prepared === "auto") {
      const onNotice = (text: string) => status.note(`note: ${text}`);
      file = (await preparedFor(found.sha256, { ...options, signal, onNotice }))?.path ?? file;
    }
    status.clear();
    // In the smallest batch that there is, the probe of the check on load is split.
    const whole = await probe(file, { ...options, batchSize: 512 }, signal);
    const split = await probe(file, { ...options, batchSize: 1 }, signal);
    return {
      file,
      architecture: whole.architecture,
      layers: whole.layers,
      captured: whole.layers + (whole.embeddingRow ? 1 : 0),
      maxDifference: Math.max(whole.selfCheckDifference, split.selfCheckDifference),
      supported: true,
      reason: null,
    };
  } catch (error) {
    status.clear();
    if (!(error instanceof LagerError) || error.code === "ABORTED") throw error;
    const architecture = await architectureOf(file);
    const reason = `${error.code}: ${error.message}`;
    return { file, architecture, ...nothing, supported: false, reason };
  }
}

/** Of a judge that is refused, as far as its file's header can be read. */
async function architectureOf(file: string): Promise<string | null> {
  try {
    return await nativeAddon().architectureOf(file);
  } catch {
    return null; // without the addon, which is what the judge is refused for then
  }
}

async function probe(file: string, options: JudgeOptions, signal: AbortSignal) {
  await using engine = await JudgeEngine.load(file, { ...options, signal });
  return engine.info;
}
