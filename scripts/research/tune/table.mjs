/** A number with a true minus sign; a dash where there is none. */
export function figure(value, digits = 3) {
  return value === undefined || value === null ? "–" : value.toFixed(digits).replace("-", "−");
}

/** The same with a plus sign where it is above zero: for differences. */
export function signed(value) {
  return `${value > 0 ? "+" : ""}${figure(value)}`;
}

/** Prints a Markdown table; the first row is its head. */
export function printTable([head, ...rows]) {
  console.log(`| ${head.join(" | ")} |`);
  console.log(`| ${head.map(() => "---").join(" | ")} |`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
