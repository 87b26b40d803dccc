import { describe, expect, it } from "vitest";
import { requireJudge } from "../../../src/engine/models/catalog.ts";
import { judgeMemory } from "../../../src/engine/models/judge-memory.ts";
import {
  type RecommendationBasis,
  recommendJudge,
  SLOWEST_RECOMMENDED,
} from "../../../src/engine/models/recommend-judge.ts";

const GB = 1e9;
const TOY = requireJudge("smollm2-135m").size;

const onGpu = (memory: number) => recommendJudge({ memory, device: "gpu", measured: null })?.name;

const onCpu = (memory: number, measured: RecommendationBasis["measured"]) =>
  recommendJudge({ memory, device: "cpu", measured })?.name;

describe("the recommended judge", () => {
  it("is on a GPU the largest that leaves three tenths of its memory free", () => {
    expect(onGpu(80 * GB)).toBe("qwen2.5-32b");
    expect(onGpu(24 * GB)).toBe("qwen2.5-14b");
    expect(onGpu(8 * GB)).toBe("qwen2.5-7b");
    expect(onGpu(6 * GB)).toBe("qwen3-4b-2507");
    expect(onGpu(4 * GB)).toBe("qwen2.5-coder-1.5b");
    expect(onGpu(2 * GB)).toBeUndefined();
  });

  it("is on a CPU none that would read too slowly, by what was measured with another", () => {
    const measured = (tokensPerSecond: number) => ({ size: TOY, tokensPerSecond });
    expect(onCpu(64 * GB, measured(10_000))).toBe("qwen2.5-32b");
    expect(onCpu(64 * GB, measured(900))).toBe("qwen3-4b-2507");
    expect(onCpu(64 * GB, measured(300))).toBe("qwen2.5-coder-1.5b");
    expect(onCpu(64 * GB, measured(100))).toBeUndefined();
  });

  it("is on a CPU of unknown speed a small one, however large the memory", () => {
    expect(onCpu(512 * GB, null)).toBe("qwen3-4b-2507");
    expect(onCpu(4 * GB, null)).toBe("qwen2.5-coder-1.5b");
  });

  it("comes with the memory and the speed that it was chosen by", () => {
    const basis = { memory: 64 * GB, device: "cpu", measured: { size: TOY, tokensPerSecond: 900 } };
    const judge = requireJudge("qwen3-4b-2507");
    const speed = (900 * TOY) / judge.size;
    expect(speed).toBeGreaterThan(SLOWEST_RECOMMENDED);
    expect(recommendJudge(basis as RecommendationBasis)).toEqual({
      name: judge.name,
      memory: judgeMemory(judge),
      tokensPerSecond: speed,
    });
  });
});
