import { cachedJudgePath } from "../../src/engine/models/cache.ts";
import { isCached } from "../../src/engine/models/resolve.ts";

/** Path of a named judge's file, or null when it has not been fetched: tests fetch no large ones. */
export async function cachedJudge(name: string): Promise<string | null> {
  return (await isCached(name)) ? cachedJudgePath(name) : null;
}
