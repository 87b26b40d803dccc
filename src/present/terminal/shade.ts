import { type StyledText, styled } from "./styled-text.ts";

/** From the 256-colour palette: dark to bright blue-green, legible behind black or white text. */
const BACKGROUNDS = [234, 236, 23, 29, 36, 43, 50] as const;
const SHADES = [..." ░▒▓█"];
const HEIGHTS = [..." ▁▂▃▄▅▆▇█"];

/** Shows which label a probability belongs to by where it stands, how large it is by its shade. */
export function shadedCell(
  probability: number,
  width: number,
  color: boolean,
): string | StyledText {
  const p = Math.min(1, Math.max(0, probability));
  if (!color) return (SHADES[Math.round(p * (SHADES.length - 1))] ?? " ").repeat(width);
  const background = BACKGROUNDS[Math.round(p * (BACKGROUNDS.length - 1))] ?? BACKGROUNDS[0];
  return styled(" ".repeat(width), { background }, true);
}

/**
 * A distribution as one block character for each label, as high as the label is probable; an
 * eighth of a block stands for an eighth, and what is not zero by a hair shows as a space.
 */
export function distributionBar(probabilities: readonly number[]): string {
  return probabilities
    .map((p) => HEIGHTS[Math.round(Math.min(1, Math.max(0, p)) * (HEIGHTS.length - 1))] ?? " ")
    .join("");
}
