import { LagerError } from "../base/errors.ts";

/** Below it float32 thins out, and fewer digits than six can be enough. */
const SMALLEST_NORMAL = 2 ** -126;

/**
 * The shortest decimal that gives back the same float32, as a JSON number: reading it as a
 * double and rounding to float32 yields `value` again, the sign of zero included.
 *
 * Every decimal of six digits comes back from float32 unharmed, so with six digits a shorter form
 * shows as trailing zeros, which fall away; every float32 comes back from nine digits. (One value,
 * 2^-96, takes nine digits where another decimal of eight would do.)
 *
 * @throws LagerError `INTERNAL` when the value is NaN or infinite, which JSON cannot hold.
 */
export function formatFloat32(value: number): string {
  const float32 = Math.fround(value);
  if (!Number.isFinite(float32)) {
    throw new LagerError("INTERNAL", `${value} is not a finite float32 and cannot be written`);
  }
  if (Number.isInteger(float32)) return Object.is(float32, -0) ? "-0" : String(float32);
  return withoutTrailingZeros(shortestDecimal(float32));
}

/** Of those that are no longer than needed, but for trailing zeros. */
function shortestDecimal(float32: number): string {
  if (Math.abs(float32) < SMALLEST_NORMAL) {
    for (let digits = 1; digits < 6; digits++) {
      const decimal = roundTrip(float32, digits);
      if (decimal !== null) return decimal;
    }
  }
  // Most logits take eight digits: start there, and go on in the direction that can still pay.
  let shortest = roundTrip(float32, 8);
  if (shortest === null) return float32.toPrecision(9);
  for (const digits of [7, 6]) {
    const shorter = roundTrip(float32, digits);
    if (shorter === null) break;
    shortest = shorter;
  }
  return shortest;
}

function roundTrip(float32: number, digits: number): string | null {
  const decimal = float32.toPrecision(digits);
  return Math.fround(Number(decimal)) === float32 ? decimal : null;
}

/**
 * What `String(Number(decimal))` would give of a fraction, but that V8 keeps the texts of numbers that
 * were turned into some: thousands of them, until the next collection of the whole heap.
 */
function withoutTrailingZeros(decimal: string): string {
  const exponentAt = decimal.indexOf("e");
  const digits = exponentAt === -1 ? decimal : decimal.slice(0, exponentAt);
  if (!digits.includes(".")) return decimal;
  let length = digits.length;
  while (digits[length - 1] === "0") length--;
  if (digits[length - 1] === ".") length--;
  if (length === digits.length) return decimal;
  return digits.slice(0, length) + (exponentAt === -1 ? "" : decimal.slice(exponentAt));
}
