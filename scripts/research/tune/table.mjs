/**
 * A number with a true minus sign; a dash where there is none.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits] behind the point
 */
export function figure(value, digits = 3) {
  return value === undefined || value === null ? "–" : value.toFixed(digits).replace("-", "−");
}

/**
 * The same with a plus sign where it is above zero: for differences.
 *
 * @param {number | null | undefined} value
 */
export function signed(value) {
  return `${(value ?? 0) > 0 ? "+" : ""}${figure(value)}`;
}

/**
 * A figure with its interval.
 *
 * @param {{value?: number | null, low?: number | null, high?: number | null}} estimate
 * @param {{text?: (value: number | null | undefined) => string, digits?: number}} [shown]
 *   `text`: of the figure itself; `digits`: of the interval's ends
 */
export function interval({ value, low, high }, { text = figure, digits = 3 } = {}) {
  return `${text(value)} [${figure(low, digits)}, ${figure(high, digits)}]`;
}

/**
 * Prints a Markdown table.
 *
 * @param {[head: readonly string[], ...rows: (readonly string[])[]]} rows
 */
export function printTable([head, ...rows]) {
  console.log(`| ${head.join(" | ")} |`);
  console.log(`| ${head.map(() => "---").join(" | ")} |`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
