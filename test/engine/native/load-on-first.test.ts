import { describe, expect, it } from "vitest";
import { type ErrorCode, LagerError } from "../../../src/base/errors.ts";
import type { BackendSelection } from "../../../src/engine/native/backend.ts";
import { loadOnFirst } from "../../../src/engine/native/load-on-first.ts";
import { rejection } from "../../support/errors.ts";

function selection(backend: string, brokenPlugins: string[] = []): BackendSelection {
  const reason = `${backend} works`;
  return {
    release: "0.5.0",
    cpuFeatures: "",
    cpuKernels: { set: "avx2", inPlace: ["Q4_1"], leftOut: [] },
    backend,
    devices: [],
    reason,
    brokenPlugins,
  };
}

async function* candidates(...names: string[]): AsyncGenerator<BackendSelection> {
  for (const name of names) yield selection(name);
}

/** Loads everywhere but on the backends that fail. */
function loader(failures: Partial<Record<string, ErrorCode>>) {
  const tried: string[] = [];
  const load = async ({ backend }: BackendSelection) => {
    tried.push(backend);
    const code = failures[backend];
    if (code !== undefined) throw new LagerError(code, `${backend} is too small`);
    return `loaded on ${backend}`;
  };
  return { tried, load };
}

describe("a judge is loaded on the first backend that can hold it", () => {
  it("which is the first one, silently, when it can", async () => {
    const { tried, load } = loader({});
    const notices: string[] = [];
    const { loaded, backend } = await loadOnFirst(candidates("CUDA", "CPU"), load, (text) =>
      notices.push(text),
    );
    expect({ loaded, reason: backend.reason, tried, notices }).toEqual({
      loaded: "loaded on CUDA",
      reason: "CUDA works",
      tried: ["CUDA"],
      notices: [],
    });
  });

  it("which is the next one, loudly, when it cannot", async () => {
    const { tried, load } = loader({ CUDA: "OUT_OF_MEMORY", Vulkan: "UNSUPPORTED_JUDGE" });
    const notices: string[] = [];
    const { loaded, backend } = await loadOnFirst(
      candidates("CUDA", "Vulkan", "CPU"),
      load,
      (text) => notices.push(text),
    );
    expect({ loaded, tried }).toEqual({
      loaded: "loaded on CPU",
      tried: ["CUDA", "Vulkan", "CPU"],
    });
    expect(backend.reason).toBe(
      "CUDA works, but not for this judge: CUDA is too small; " +
        "Vulkan works, but not for this judge: Vulkan is too small; CPU works",
    );
    expect(notices).toEqual([`the judge runs on CPU: ${backend.reason}`]);
  });

  it("and what no other device would mend ends it at once", async () => {
    const { tried, load } = loader({ CUDA: "ABORTED" });
    await rejection(loadOnFirst(candidates("CUDA", "CPU"), load), "ABORTED");
    expect(tried).toEqual(["CUDA"]);
  });

  it("and what the last one fails with is the error", async () => {
    const { load } = loader({ CUDA: "OUT_OF_MEMORY", CPU: "UNSUPPORTED_JUDGE" });
    const error = await rejection(
      loadOnFirst(candidates("CUDA", "CPU"), load),
      "UNSUPPORTED_JUDGE",
    );
    expect(error.message).toBe("CPU is too small");
  });

  it("and plugins that are broken are told of", async () => {
    async function* one() {
      yield selection("CPU", ["the plugin /x.so could not be loaded"]);
    }
    const notices: string[] = [];
    await loadOnFirst(one(), loader({}).load, (text) => notices.push(text));
    expect(notices).toEqual(["the plugin /x.so could not be loaded; the judge runs on CPU"]);
  });

  it("and kernels that are left out are told of where the CPU computes", async () => {
    async function* one(backend: string) {
      const cpuKernels = { set: "avx2", inPlace: ["Q4_1"], leftOut: ["F16", "BF16"] };
      yield { ...selection(backend), cpuKernels };
    }
    const notices: string[] = [];
    await loadOnFirst(one("CUDA"), loader({}).load, (text) => notices.push(text));
    expect(notices).toEqual([]);
    await loadOnFirst(one("CPU"), loader({}).load, (text) => notices.push(text));
    expect(notices).toEqual([
      "F16, BF16: ggml's kernels are used, as this package's do not give their bits here",
    ]);
  });
});
