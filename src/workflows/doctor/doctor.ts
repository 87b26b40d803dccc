import { readdir, stat } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { ADDON_FILE, findLibraryFolder } from "../../base/library-folder.ts";
import { version } from "../../base/version.ts";
import { cacheFolder } from "../../engine/models/cache.ts";
import { findJudge } from "../../engine/models/catalog.ts";
import { machineMemory } from "../../engine/models/judge-memory.ts";
import { whichPip } from "../../engine/models/pip.ts";
import { recommendJudge } from "../../engine/models/recommend-judge.ts";
import { isCached, resolveJudge } from "../../engine/models/resolve.ts";
import { type BackendSelection, selectBackend } from "../../engine/native/backend.ts";
import { type EngineHost, openHost } from "../../engine/native/engine-host.ts";
import type { GpuChoice, Isolation } from "../../engine/native/engine-options.ts";
import { JudgeEngine } from "../../engine/native/judge-engine.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import { missingPart } from "./missing-part.ts";
import type { DoctorReport } from "./result.ts";

/** What is examined. */
export interface DoctorOptions {
  /** Whose speed is measured: a name, the path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /** Default `auto`. */
  readonly gpu?: GpuChoice | undefined;
  /** Where the engine runs. Default `none`: in this process, which ends with it. */
  readonly isolation?: Isolation | undefined;
  /** Settings that hold here, to stand in the report. Default: none. */
  readonly settings?: DoctorReport["settings"];
  readonly signal?: AbortSignal | undefined;
  /** Told what takes a while: "measuring the speed". */
  readonly onStep?: ((text: string) => void) | undefined;
}

/** A whole decode call, as scoring has them: short ones read slower. And how long it is decoded, once at least. */
const PROBE_TOKENS = 512;
const PROBE_SECONDS = 1;

/** What goes wrong is part of the report, but for an abort and defects of this package. */
class Findings {
  readonly problems: LagerError[] = [];

  async try<T>(step: () => Promise<T> | T): Promise<T | null> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof LagerError) || error.code === "ABORTED") throw error;
      this.problems.push(error);
      return null;
    }
  }
}

/**
 * Finds out whether scoring works on this machine, on which device, and how fast. What keeps it from
 * working is part of the report. Nothing is downloaded.
 *
 * @throws LagerError `ABORTED`.
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const { judge, gpu = "auto", signal } = options;
  const findings = new Findings();
  await using host = openHost({ isolation: options.isolation });
  const chosen = await findings.try(() => selectBackend(host.addon, gpu));
  const isAddonHere = findings.problems.every(({ code }) => code !== "ADDON_UNAVAILABLE");
  // What else there is helps to see why the GPU that was asked for cannot be used.
  const onCpu =
    !isAddonHere || chosen !== null || gpu === "off"
      ? null
      : await selectBackend(host.addon, "off").catch(() => null);
  const pip = await whichPip(signal).catch(noneOf("DOWNLOAD_FAILED"));
  const warnings = (chosen?.brokenPlugins ?? []).map(
    (broken) =>
      `${broken}; ${chosen?.backend} is used instead: repair the plugin, or use --gpu off`,
  );
  const file = await findings.try(() => judgeFile(judge, signal));
  if (file !== null) options.onStep?.("measuring the speed");
  const speed =
    chosen === null || file === null
      ? null
      : await findings.try(() => measureSpeed(host, file, { gpu, signal }, warnings));
  const loaded = chosen ?? onCpu;
  const folder = findLibraryFolder();
  const memory = memoryOf(chosen);
  const [cpu] = cpus();
  return {
    ok: findings.problems.length === 0,
    problems: findings.problems.map((error) => ({
      code: error.code,
      message: withRemedy(error, gpu),
    })),
    warnings,
    missing: missingPart({
      gpu,
      problems: findings.problems,
      usesGpu: chosen !== null && chosen.backend !== "CPU",
    }),
    versions: {
      lager: version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      llama: loaded?.release ?? null,
    },
    addon: {
      file: folder === undefined ? null : path.join(folder, ADDON_FILE),
      loaded: isAddonHere,
      libraries: folder === undefined ? [] : await libraries(folder),
    },
    cpu: {
      model: cpu?.model ?? "unknown",
      threads: cpus().length,
      features: loaded?.cpuFeatures ?? null,
      ownKernels: loaded?.cpuKernels ?? null,
    },
    devices: devicesOf(loaded),
    backend: chosen === null ? null : { name: chosen.backend, reason: chosen.reason },
    cache: cacheFolder(),
    settings: options.settings ?? null,
    pip: pip === null ? null : [pip.program, ...pip.leading].join(" "),
    judge: { name: judge, path: file },
    memory,
    recommended: await recommended(chosen, memory, file, speed),
    speed,
  };
}

function noneOf(code: LagerError["code"]): (error: unknown) => null {
  return (error) => {
    if (error instanceof LagerError && error.code === code) return null;
    throw error;
  };
}

/** The addon's own cause, and what to do where the message alone does not say. */
function withRemedy(error: LagerError, gpu: GpuChoice): string {
  if (error.code === "ADDON_UNAVAILABLE" && error.cause instanceof Error) {
    return `${error.message} (${error.cause.message.split("\n")[0]})`;
  }
  if (error.code === "BACKEND_UNAVAILABLE" && gpu !== "off" && gpu !== "auto") {
    return `${error.message}: check the GPU's driver and plugin, or use --gpu off`;
  }
  return error.message;
}

/** Bytes for a judge on what it would run on. */
function memoryOf(selection: BackendSelection | null): number {
  if (selection === null || selection.backend === "CPU") return machineMemory();
  const own = selection.devices.filter(({ backend }) => backend === selection.backend);
  return Math.max(0, ...own.map(({ memoryTotal }) => memoryTotal));
}

/** A named judge that would do, by the memory there is and the speed that was measured. */
async function recommended(
  selection: BackendSelection | null,
  memory: number,
  file: string | null,
  speed: DoctorReport["speed"],
): Promise<DoctorReport["recommended"]> {
  const size = file === null ? null : (await stat(file)).size;
  const found = recommendJudge({
    memory,
    device: (selection?.backend ?? "CPU") === "CPU" ? "cpu" : "gpu",
    measured:
      speed === null || size === null ? null : { size, tokensPerSecond: speed.tokensPerSecond },
  });
  return found && { ...found, cached: await isCached(found.name) };
}

/** Libraries beside the addon. */
async function libraries(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /\.(so|dylib|dll|metal)/.test(name)).sort();
}

function devicesOf(selection: BackendSelection | null): DoctorReport["devices"] {
  return (selection?.devices ?? []).map(
    ({ name, description, backend, memoryFree, memoryTotal }) => ({
      ...{ name, description, backend, memoryFree, memoryTotal },
    }),
  );
}

/** The judge's file, null when it would have to be fetched: the doctor downloads nothing. */
async function judgeFile(judge: string, signal: AbortSignal | undefined): Promise<string | null> {
  const isKnown = findJudge(judge) !== undefined;
  if (isKnown ? !(await isCached(judge)) : judge.startsWith("hf:")) return null;
  return (await resolveJudge(judge, { signal })).path;
}

async function measureSpeed(
  host: EngineHost,
  file: string,
  options: Pick<LoadJudgeOptions, "gpu" | "signal">,
  warnings: string[],
): Promise<DoctorReport["speed"]> {
  // Broken plugins are among the warnings already, and told first; what else comes is new.
  let told = warnings.length;
  const onNotice = (text: string) => {
    if (told-- <= 0) warnings.push(text);
  };
  await using engine = await JudgeEngine.loadOn(host, file, { ...options, onNotice });
  const { vocabularySize, contextSize } = engine.info;
  // Spread over the vocabulary; what they say does not matter to the time that they take.
  const tokens = Int32Array.from(
    { length: Math.min(PROBE_TOKENS, contextSize) },
    (_, i) => (i * 7919 + 101) % vocabularySize,
  );
  const labels = Int32Array.of(0, vocabularySize - 1);
  const startedAt = performance.now();
  let promptTokens = 0;
  let seconds = 0;
  while (seconds < PROBE_SECONDS) {
    await engine.capture(tokens, labels, { signal: options.signal, fresh: true });
    promptTokens += tokens.length;
    seconds = (performance.now() - startedAt) / 1000;
  }
  const tokensPerSecond = promptTokens / seconds;
  return { backend: engine.backend.backend, promptTokens, seconds, tokensPerSecond };
}
