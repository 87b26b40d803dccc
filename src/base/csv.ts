/**
 * A row of a CSV file, after RFC 4180, without the line end: of headings and of values alike, a cell
 * is quoted when it holds a comma, a quote or a line end, or has blanks at an end, which some
 * readers drop. Numbers stand as JavaScript prints them, and nothing stands for `null`.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return cells.map((cell) => quote(cell === null ? "" : String(cell))).join(",");
}

function quote(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
