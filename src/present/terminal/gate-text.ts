import type { GateResult } from "../../analysis/compare/gate-result.ts";
import { visibleText } from "../../base/visible-text.ts";
import { GATE_COLUMNS, gateRows, gateVerdict, reasonText } from "../compare/gate-table.ts";
import { formatTable, type TableColumn } from "./table.ts";

/** A gate for the terminal: the verdict, the checks, and why one is not passed. */
export function gateText(result: GateResult, { columns }: { readonly columns: number }): string {
  const titles = GATE_COLUMNS.map((title): TableColumn => {
    const isText = title === "check" || title === "outcome";
    return { title, align: isText ? "left" : "right", flexible: title === "check" };
  });
  const reasons = result.checks.flatMap((check) => reasonText(check) ?? []);
  return [
    visibleText(gateVerdict(result)),
    "",
    ...formatTable(titles, gateRows(result), columns),
    ...(reasons.length > 0 ? ["", ...reasons.map(visibleText)] : []),
    ...(result.notes.length > 0
      ? ["", ...result.notes.map((note) => `note: ${visibleText(note)}`)]
      : []),
    "",
  ].join("\n");
}
