/**
 * The date that every chat template is told. Templates that print today's date would give another
 * prompt, and so other scores, every day.
 */
const TODAY = new Date(Date.UTC(2025, 0, 1));

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The fixed date in the form that Python's `strftime` gives; unknown directives stay as they are. */
export function templateDate(format: string): string {
  const month = MONTHS[TODAY.getUTCMonth()] ?? "";
  const day = DAYS[TODAY.getUTCDay()] ?? "";
  const directives: Readonly<Record<string, string>> = {
    "%Y": String(TODAY.getUTCFullYear()),
    "%y": String(TODAY.getUTCFullYear() % 100).padStart(2, "0"),
    "%m": String(TODAY.getUTCMonth() + 1).padStart(2, "0"),
    "%d": String(TODAY.getUTCDate()).padStart(2, "0"),
    "%e": String(TODAY.getUTCDate()).padStart(2, " "),
    "%-d": String(TODAY.getUTCDate()),
    "%B": month,
    "%b": month.slice(0, 3),
    "%A": day,
    "%a": day.slice(0, 3),
    "%H": "00",
    "%I": "12",
    "%p": "AM",
    "%M": "00",
    "%S": "00",
    "%%": "%",
  };
  return format.replace(/%-?[A-Za-z%]/g, (directive) => directives[directive] ?? directive);
}
