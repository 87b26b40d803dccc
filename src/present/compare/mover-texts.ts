import type { Mover, MoverSide } from "../../analysis/compare/comparison-result.ts";
import { differenceText, figureText } from "../../base/figure-text.ts";

/** A text of a mover under its name. */
export interface MoverText {
  readonly name: string;
  readonly text: string;
}

/** What moved, in a line. */
export function moverTitle({ pair, criterion, first, second, difference }: Mover): string {
  const ids = [...new Set([...first.ids, ...second.ids])];
  const which = ids.length === 1 ? (ids[0] ?? pair) : `${first.ids[0]} and ${second.ids[0]}`;
  const decimals = Math.abs(difference) < 0.1 ? 3 : 2;
  return (
    `${which} · ${criterion}: ${first.system} ${figureText(first.score, decimals)}, ` +
    `${second.system} ${figureText(second.score, decimals)} (${differenceText(difference, decimals)})`
  );
}

/** The instruction that both answered, then either response, as far as they are known. */
export function moverTexts({ first, second }: Mover): MoverText[] {
  const texts: MoverText[] = [];
  const instruction = first.texts?.texts.instruction || second.texts?.texts.instruction || "";
  if (instruction !== "") texts.push({ name: "instruction", text: instruction });
  for (const side of [first, second]) {
    if (side.texts !== null)
      texts.push({ name: responseName(side), text: side.texts.texts.response });
  }
  return texts;
}

function responseName({ system, texts }: MoverSide): string {
  return texts?.state === "changed" ? `${system} (changed since it was judged)` : system;
}
