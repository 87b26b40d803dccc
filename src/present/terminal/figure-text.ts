import type { Estimate, PairedEstimate } from "../../analysis/stats/estimate.ts";

const MISSING = "–";

/** A number with a true minus sign; an en dash for none. `-0.000` is written without a sign. */
export function figureText(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** A difference: a number that always has its sign. */
export function differenceText(value: number | null | undefined, decimals = 3): string {
  const text = figureText(value, decimals);
  return text === MISSING || text.startsWith("−") || Number(text) === 0 ? text : `+${text}`;
}

/** `[0.21, 0.40]`; empty where there is no interval. */
export function intervalText(estimate: Estimate | PairedEstimate, decimals = 2): string {
  if (estimate.low === null || estimate.high === null) return "";
  return `[${figureText(estimate.low, decimals)}, ${figureText(estimate.high, decimals)}]`;
}

/** A whole number with thin spaces between its thousands. */
export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A share as a whole percentage, `99.8 %` near the ends: 100 % is said only of all. */
export function percentText(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return MISSING;
  const percent = share * 100;
  const nearEnd = Math.min(percent, 100 - percent) < 0.5 && share > 0 && share < 1;
  if (!nearEnd) return `${percent.toFixed(0)}\u202f%`;
  if (percent > 99.9) return ">\u202f99.9\u202f%";
  if (percent < 0.1) return "<\u202f0.1\u202f%";
  return `${percent.toFixed(1)}\u202f%`;
}
