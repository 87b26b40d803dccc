import { stat } from "node:fs/promises";
import path from "node:path";
import { checkArguments, TEXT } from "../../base/arguments.ts";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";
import { publicCall } from "../../base/public-call.ts";
import { cachedJudgePath } from "./cache.ts";
import { CATALOG, findJudge, pinnedSha256, quoteWithSuggestion } from "./catalog.ts";
import type { CatalogJudge } from "./catalog-judge.ts";
import { fetchJudge } from "./fetch.ts";
import { cachedSha256 } from "./file-hash.ts";
import { ggufType } from "./gguf-type.ts";
import { downloadByUri } from "./hub-download.ts";
import { hubSha256, isFromHub } from "./hub-record.ts";
import { judgeMemory, type MemoryFit, machineMemory, memoryFit } from "./judge-memory.ts";
import { modelSha256 } from "./model-hash.ts";
import type { ModelCallOptions } from "./model-progress.ts";

/** A judge's file on this machine. */
export interface ResolvedJudge {
  /** The name, path or URI that was asked for. */
  readonly name: string;
  /** Absolute path of the GGUF file. */
  readonly path: string;
  /**
   * SHA-256 of the file, lower-case hex. Of a split GGUF: of its parts' hashes in lower-case hex,
   * in order, each followed by a line feed.
   */
  readonly sha256: string;
}

/**
 * Finds a judge's GGUF file, and fetches it first where that is needed.
 *
 * @param judge A name of the catalog, which wins over a file of that name in the current folder;
 *   the path of a GGUF file; or an `hf:` URI, which is downloaded.
 * @throws LagerError `INVALID_ARGUMENT`, `UNKNOWN_JUDGE`, `UNREADABLE_FILE`, `DOWNLOAD_FAILED`,
 *   `CHECKSUM_MISMATCH`, `UNSUPPORTED_JUDGE` (a GGUF file that is no model), `UNWRITABLE_OUTPUT`,
 *   `ABORTED`.
 */
export async function resolveJudge(
  judge: string,
  options: ModelCallOptions = {},
): Promise<ResolvedJudge> {
  checkArguments("resolveJudge", { judge: [judge, TEXT] });
  return publicCall("resolveJudge", options, (own) => findFile(judge, own));
}

async function findFile(judge: string, options: ModelCallOptions): Promise<ResolvedJudge> {
  throwIfAborted(options.signal, "finding the judge");
  const known = findJudge(judge);
  const file = await (known !== undefined
    ? fetchJudge(known, options)
    : judge.startsWith("hf:")
      ? downloadByUri(judge, options)
      : requireFile(judge));
  const sha256 = pinnedSha256(judge) ?? (await modelSha256(file, options));
  await requireModel(file, judge);
  return { name: judge, path: file, sha256 };
}

/** What GGUF files hold that are no models, and what to do with them. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  adapter: "a LoRA adapter: give it with --lora, and the model it was made for as the judge",
  imatrix: "an importance matrix, which is for quantising: give a model's own GGUF file",
  mmproj: "a projector for images: give the GGUF file of its model",
  vocab: "a vocabulary without weights: give a model's own GGUF file",
};

async function requireModel(file: string, judge: string): Promise<void> {
  const type = await ggufType(file);
  if (type === undefined || type === "model") return;
  const known = ownValue(OTHER_TYPES, type) ?? "no model: give a model's own GGUF file";
  throw new LagerError(
    "UNSUPPORTED_JUDGE",
    `general.type of this GGUF file is ${JSON.stringify(type.slice(0, 40))}: it is ${known}`,
    { place: { file: judge } },
  );
}

/** Whether a named judge has been fetched: its file is there and has the size that it should have. */
export async function isCached(name: string): Promise<boolean> {
  const judge = findJudge(name);
  if (judge === undefined) return false;
  if (judge.source.kind === "hub") return isFromHub(cachedJudgePath(name));
  return stat(cachedJudgePath(name)).then(
    (stats) => stats.size === judge.size,
    () => false,
  );
}

/** A named judge, whether it is on this machine, and whether it would fit. */
export interface ListedJudge extends CatalogJudge {
  readonly cached: boolean;
  /** Where its file is or would be. */
  readonly path: string;
  /** Bytes of memory that it takes at the default context, about. */
  readonly memory: number;
  /** Whether that fits into this machine's memory: with room to spare, hardly, or not. */
  readonly fits: MemoryFit;
}

/** All named judges, the default first. */
export function listJudges(): Promise<ListedJudge[]> {
  const machine = machineMemory();
  return Promise.all(
    CATALOG.map(async (judge) => {
      const memory = judgeMemory(judge);
      return {
        ...judge,
        cached: await isCached(judge.name),
        path: cachedJudgePath(judge.name),
        memory,
        fits: memoryFit(memory, machine),
      };
    }),
  );
}

/**
 * Reads a judge's file again and compares it with the catalog, or with what the hub said when it was
 * downloaded; nothing is downloaded. Of a file of one's own nothing is known: its hash is returned.
 *
 * @throws LagerError `CHECKSUM_MISMATCH`, `UNREADABLE_FILE` (also when a named judge has not been
 *   fetched), `UNKNOWN_JUDGE`, `ABORTED`.
 */
export async function verifyJudge(
  judge: string,
  options: ModelCallOptions = {},
): Promise<ResolvedJudge> {
  const known = findJudge(judge);
  if (known === undefined) {
    const file = await requireFile(judge);
    return {
      name: judge,
      path: file,
      sha256: await modelSha256(file, { ...options, fresh: true }),
    };
  }
  const file = cachedJudgePath(known.name);
  const stats = await stat(file).catch((error: unknown) => {
    throw new LagerError(
      "UNREADABLE_FILE",
      `the judge ${known.name} has not been fetched: lager judges pull ${known.name}`,
      { place: { file }, cause: error },
    );
  });
  const sha256 = await cachedSha256(file, { ...options, fresh: true });
  const said = pinnedSha256(known.name) ?? (await hubSha256(file));
  if (said !== null && sha256 !== said) {
    throw new LagerError(
      "CHECKSUM_MISMATCH",
      `the file has ${stats.size} bytes and SHA-256 ${sha256}, it should have ${said}: fetch it ` +
        `again with lager judges pull ${known.name}`,
      { place: { file } },
    );
  }
  return { name: judge, path: file, sha256 };
}

async function requireFile(judge: string): Promise<string> {
  const file = path.resolve(judge);
  let isFolder: boolean;
  try {
    isFolder = (await stat(file)).isDirectory();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code !== "ENOENT") {
      throw new LagerError(
        "UNREADABLE_FILE",
        `the judge's file cannot be read (${error.message}): check the path and its permissions`,
        { place: { file: judge }, cause: error },
      );
    }
    throw new LagerError(
      "UNKNOWN_JUDGE",
      `no judge goes by that name and no file is at that path: ${quoteWithSuggestion(judge)}; ` +
        "else give the path of a GGUF file or an hf: URI",
      { cause: error },
    );
  }
  if (isFolder) {
    throw new LagerError("UNKNOWN_JUDGE", "this is a folder: give the path of a GGUF file in it", {
      place: { file: judge },
    });
  }
  return file;
}
