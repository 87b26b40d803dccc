import { describe, expect, it } from "vitest";
import type { NativeBackends, NativeDevice } from "../../../src/engine/addon/boundary.ts";
import { withoutSoftware } from "../../../src/engine/native/backend.ts";

const NO_KERNELS = { set: "", inPlace: [], leftOut: [] };

function device(name: string, description: string, backend: string): NativeDevice {
  const gpu = backend !== "CPU";
  return { name, description, backend, gpu, integrated: false, memoryFree: 0, memoryTotal: 0 };
}

const CPU = device("CPU", "AMD EPYC", "CPU");
const LLVMPIPE = device("Vulkan1", "llvmpipe (LLVM 15.0.6, 256 bits)", "Vulkan");
const RADEON = device("Vulkan0", "AMD Radeon RX 7900", "Vulkan");

function backends(...devices: NativeDevice[]): NativeBackends {
  return { release: "0.5.0", cpuFeatures: "AVX2", cpuKernels: NO_KERNELS, devices };
}

describe("what `auto` may pick", () => {
  it("a real device, without the one in software beside it", () => {
    expect(withoutSoftware("vulkan", backends(CPU, RADEON, LLVMPIPE)).devices).toEqual([
      CPU,
      RADEON,
    ]);
  });

  it.each([
    "llvmpipe (LLVM 19.1.7, 128 bits)",
    "SwiftShader Device (LLVM 10.0.0)",
    "Microsoft Basic Render Driver",
  ])("nothing where there is only %s, and the reason names it", (description) => {
    const software = device("Vulkan0", description, "Vulkan");
    expect(() => withoutSoftware("vulkan", backends(CPU, software))).toThrow(
      expect.objectContaining({
        code: "BACKEND_UNAVAILABLE",
        message: expect.stringContaining(description),
      }),
    );
  });

  it("the processor, whatever it is called", () => {
    const warp = device("CPU", "Warp Drive 9000", "CPU");
    expect(withoutSoftware("vulkan", backends(warp)).devices).toEqual([warp]);
  });
});
