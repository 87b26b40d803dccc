/** What stands for a figure that there is none of: an en dash. */
export const NO_FIGURE = "–";

/** What an interval is read from. */
interface Ends {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A number for people to read, with so many decimals: a true minus sign, which is as wide as a
 * digit, and none before a zero. Files for programs have numbers as JavaScript prints them.
 */
export function figureText(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_FIGURE;
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** A number with as many digits as it needs, six at the most: `3`, `2.5`, `−1e−7`. */
export function shortFigureText(value: number | null | undefined, digits = 6): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_FIGURE;
  return String(Number(value.toPrecision(digits))).replaceAll("-", "−");
}

/** A difference: a number that always has its sign. */
export function differenceText(value: number | null | undefined, decimals = 3): string {
  const text = figureText(value, decimals);
  return text === NO_FIGURE || text.startsWith("−") || Number(text) === 0 ? text : `+${text}`;
}

/** An interval behind its figure: `[0.21, 0.40]`; empty where there is none. */
export function intervalText({ low, high }: Ends, decimals = 2): string {
  if (low === null || high === null) return "";
  return `[${figureText(low, decimals)}, ${figureText(high, decimals)}]`;
}

/** An interval in a cell of its own: `0.21 … 0.40`. */
export function rangeText(ends: Ends | undefined, decimals = 3): string {
  const { low = null, high = null } = ends ?? {};
  if (low === null || high === null) return NO_FIGURE;
  return `${figureText(low, decimals)} … ${figureText(high, decimals)}`;
}

/** A whole number with thin spaces between its thousands. */
export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** `12 345 lines`. */
export function linesText(count: number): string {
  return `${countText(count)} ${count === 1 ? "line" : "lines"}`;
}

/** `1 line`, `2 lines`. */
export function countedText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share as a whole percentage, `99.8 %` near the ends: 100 % is said only of all. */
export function percentText(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NO_FIGURE;
  const percent = share * 100;
  const nearEnd = Math.min(percent, 100 - percent) < 0.5 && share > 0 && share < 1;
  if (!nearEnd) return `${percent.toFixed(0)}\u202f%`;
  if (percent > 99.9) return ">\u202f99.9\u202f%";
  if (percent < 0.1) return "<\u202f0.1\u202f%";
  return `${percent.toFixed(1)}\u202f%`;
}
