import { LagerError } from "../../base/errors.ts";
import type { NativeJudgeInfo } from "../../engine/addon/boundary.ts";
import { cachedJudgePath } from "../../engine/models/cache.ts";
import { isCached, resolveJudge, verifyJudge } from "../../engine/models/resolve.ts";
import { openHost } from "../../engine/native/engine-host.ts";
import { JudgeEngine } from "../../engine/native/judge-engine.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import type { JudgeCheck } from "./result.ts";

/**
 * Checks a judge's file against the catalogue, and its replayed head against llama.cpp's own logits.
 * A judge that cannot be used is a result, and no error.
 *
 * @param judge a name, the path of a GGUF file, or an `hf:` URI; fetched where that is needed.
 * @throws LagerError `ABORTED`.
 */
export async function checkJudge(
  judge: string,
  options: LoadJudgeOptions = {},
): Promise<JudgeCheck> {
  let file = judge;
  try {
    const call = { signal: options.signal, onProgress: options.onModelProgress };
    const isKept = await isCached(judge);
    if (isKept) file = cachedJudgePath(judge);
    // Fetched just now and checked by that, or a file of one's own: nothing to compare it with.
    const found = isKept ? await verifyJudge(judge, call) : await resolveJudge(judge, call);
    file = found.path;
    // In the smallest batch that there is, the probe of the check on load is split.
    const whole = await probe(file, { ...options, batchSize: 512 });
    const split = await probe(file, { ...options, batchSize: 1 });
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
    if (!(error instanceof LagerError) || error.code === "ABORTED") throw error;
    return {
      file,
      architecture: await architectureOf(file),
      layers: null,
      captured: null,
      maxDifference: null,
      supported: false,
      reason: `${error.code}: ${error.message}`,
    };
  }
}

/** Of a judge that is refused, as far as its file's header can be read. */
async function architectureOf(file: string): Promise<string | null> {
  try {
    await using host = openHost({ isolation: "process" });
    return await host.addon.architectureOf(file);
  } catch {
    return null; // it may end the process that looks, or there is no addon: the reason says so
  }
}

async function probe(file: string, options: LoadJudgeOptions): Promise<NativeJudgeInfo> {
  // Notices about the device are those of scoring; the check says what comes of them.
  const { onNotice: _, onLoadProgress: __, ...load } = options;
  await using engine = await JudgeEngine.load(file, load);
  return engine.info;
}
