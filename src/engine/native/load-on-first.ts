import { type ErrorCode, LagerError } from "../../base/errors.ts";
import type { BackendSelection } from "./backend.ts";

/** What a device that is too small or not up to a judge fails with; the next one may well do. */
const GPU_FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BACKEND_UNAVAILABLE",
  "OUT_OF_MEMORY",
  "UNSUPPORTED_JUDGE",
  "DECODE_FAILED",
  "ENGINE_CRASHED",
]);

/** What was loaded, and where: the backend's reason says what failed before it. */
export interface LoadedOn<T> {
  readonly loaded: T;
  readonly backend: BackendSelection;
}

/**
 * Loads on the first of the backends that can hold it, and tells of each that could not.
 *
 * @param candidates - at least one, the best first.
 * @throws LagerError what the last one failed with, and at once what no other device would mend.
 */
export async function loadOnFirst<T>(
  candidates: AsyncIterable<BackendSelection>,
  load: (backend: BackendSelection) => Promise<T>,
  onNotice: (text: string) => void = () => {},
): Promise<LoadedOn<T>> {
  const failures: LagerError[] = [];
  const reasons: string[] = [];
  for await (const candidate of candidates) {
    const backend = { ...candidate, reason: [...reasons, candidate.reason].join("; ") };
    try {
      const loaded = await load(backend);
      for (const broken of backend.brokenPlugins ?? []) {
        onNotice(`${broken}; the judge runs on ${backend.backend}`);
      }
      const { leftOut } = backend.cpuKernels;
      if (leftOut.length > 0 && backend.backend === "CPU") {
        onNotice(
          `${leftOut.join(", ")}: ggml's kernels are used, as this package's do not give their bits here`,
        );
      }
      if (failures.length > 0) onNotice(`the judge runs on ${backend.backend}: ${backend.reason}`);
      return { loaded, backend };
    } catch (error) {
      if (!(error instanceof LagerError) || !GPU_FAILURES.has(error.code)) throw error;
      failures.push(error);
      reasons.push(`${candidate.reason}, but not for this judge: ${error.message}`);
    }
  }
  throw failures.at(-1) ?? new LagerError("INTERNAL", "there is no backend to load on");
}
