import { describe, expect, it } from "vitest";
import { formatFloat32 } from "../../src/run/format-float32.ts";

/** The float32 of a bit pattern. */
function fromBits(bits: number): number {
  return new Float32Array(new Uint32Array([bits]).buffer)[0] ?? Number.NaN;
}

/** Bit patterns spread over all float32 values, always the same ones. */
function* bitPatterns(count: number): Generator<number> {
  let state = 0x9e3779b9;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

function significantDigits(decimal: string): number {
  const digits = decimal.replace(/e.*$/i, "").replace(/[-.]/g, "").replace(/^0+/, "");
  return digits.replace(/0+$/, "").length;
}

describe("formatFloat32", () => {
  it.each([
    [0.1, "0.1"],
    [-2.5, "-2.5"],
    [12.345678, "12.345678"],
    [1 / 3, "0.33333334"],
    [16777216, "16777216"],
    [3, "3"],
    [-0, "-0"],
    [1e-10, "1e-10"],
    [2 ** -149, "1e-45"],
    [-17.5625, "-17.5625"],
  ])("writes %d as %s", (value, expected) => {
    expect(formatFloat32(value)).toBe(expected);
  });

  it("gives back the same float32 for any bit pattern", () => {
    for (const bits of bitPatterns(50_000)) {
      const value = fromBits(bits);
      if (!Number.isFinite(value)) continue;
      const back = Math.fround(JSON.parse(formatFloat32(value)));
      if (!Object.is(back, value)) expect.fail(`${bits}: ${value} came back as ${back}`);
    }
  });

  it("writes numbers as JavaScript does", () => {
    const nearOne = (bits: number) => Math.fround((bits / 2 ** 32 - 0.5) * 40);
    for (const bits of bitPatterns(20_000)) {
      for (const value of [fromBits(bits), nearOne(bits)]) {
        if (!Number.isFinite(value)) continue;
        const text = formatFloat32(value);
        if (text === "-0" || String(Number(text)) === text) continue;
        expect.fail(`${text} is ${Number(text)} in JavaScript`);
      }
    }
  });

  it("writes no digit more than needed", () => {
    for (const bits of bitPatterns(5_000)) {
      const value = fromBits(bits);
      if (!Number.isFinite(value) || Number.isInteger(value)) continue;
      const digits = significantDigits(formatFloat32(value));
      for (let fewer = 1; fewer < digits; fewer++) {
        if (Math.fround(Number(value.toPrecision(fewer))) === value) {
          expect.fail(`${value} is written with ${digits} digits, ${fewer} are enough`);
        }
      }
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e39])("refuses %d", (value) => {
    expect(() => formatFloat32(value)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});
