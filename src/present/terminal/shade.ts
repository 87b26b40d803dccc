/** From the 256-colour palette: dark to bright blue-green, legible behind black or white text. */
const BACKGROUNDS = [234, 236, 23, 29, 36, 43, 50] as const;
const SHADES = [..." ░▒▓█"];

/** Shows which label a probability belongs to by where it stands, how large it is by its shade. */
export function shadedCell(probability: number, width: number, color: boolean): string {
  const p = Math.min(1, Math.max(0, probability));
  if (!color) return (SHADES[Math.round(p * (SHADES.length - 1))] ?? " ").repeat(width);
  const background = BACKGROUNDS[Math.round(p * (BACKGROUNDS.length - 1))] ?? BACKGROUNDS[0];
  return `\u001b[48;5;${background}m${" ".repeat(width)}\u001b[0m`;
}

/** Bold text where colour is wanted. */
export function emphasise(text: string, color: boolean): string {
  return color ? `\u001b[1m${text}\u001b[0m` : text;
}
