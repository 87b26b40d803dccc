import { requireJudge } from "./catalog.ts";
import type { CatalogJudge } from "./catalog-judge.ts";
import { judgeMemory, memoryFit } from "./judge-memory.ts";

/**
 * Judges that are recommended, the best first: the paper's family by size, then the largest small ones
 * that answer without thinking. The last was measured here (docs/measurements/judges.md), the others
 * were not: that larger ones of a family agree more with people is the paper's finding and everybody's.
 */
const BY_WORTH = [
  "qwen2.5-32b",
  "qwen2.5-14b",
  "qwen2.5-7b",
  "qwen3-4b-2507",
  "qwen2.5-coder-1.5b",
];

/** A judge that reads fewer prompt tokens a second takes a minute for a page of text. */
export const SLOWEST_RECOMMENDED = 20;

/** Of weights on a CPU whose speed is not known: what about four threads read at that speed. */
const LARGEST_UNMEASURED = 3e9;

/** What a judge is recommended for. */
export interface RecommendationBasis {
  /** Bytes of memory for the judge: the machine's, or the GPU's. */
  readonly memory: number;
  readonly device: "cpu" | "gpu";
  /** What was measured on that device; null where nothing was. */
  readonly measured: {
    /** Bytes of the weights of the judge that it was measured with. */
    readonly size: number;
    readonly tokensPerSecond: number;
  } | null;
}

/** A judge that is recommended, and why. */
export interface Recommendation {
  readonly name: string;
  /** Bytes of memory that it takes. */
  readonly memory: number;
  /** Prompt tokens a second that it reads, about; null where nothing was measured. */
  readonly tokensPerSecond: number | null;
}

/**
 * The best judge that fits into 70 % of the memory and, on a CPU, reads at least
 * {@link SLOWEST_RECOMMENDED} prompt tokens a second by what was measured with another judge: time is
 * taken to grow with the weights, which for a judge measured as small as the default one is too much by
 * about a half. Where nothing was measured, one of at most 3 GB. Null: none fits.
 */
export function recommendJudge(basis: RecommendationBasis): Recommendation | null {
  for (const name of BY_WORTH) {
    const judge = requireJudge(name);
    const memory = judgeMemory(judge);
    if (memoryFit(memory, basis.memory) !== "yes" || !isQuickEnough(judge, basis)) continue;
    return { name, memory, tokensPerSecond: expectedSpeed(judge, basis) };
  }
  return null;
}

function isQuickEnough(judge: CatalogJudge, basis: RecommendationBasis): boolean {
  if (basis.device === "gpu") return true;
  const speed = expectedSpeed(judge, basis);
  return speed === null ? judge.size <= LARGEST_UNMEASURED : speed >= SLOWEST_RECOMMENDED;
}

function expectedSpeed({ size }: CatalogJudge, { measured }: RecommendationBasis): number | null {
  return measured === null ? null : (measured.tokensPerSecond * measured.size) / size;
}
