import type { MethodKind } from "../../analysis/eval/method.ts";

/** A colour in the light and in the dark theme. */
export type ThemeColor = readonly [light: string, dark: string];

/**
 * All colours of reports. On `paper` and `panel` every one but `line` is at least 4.5 to 1, so that
 * it may be text as well (WCAG 2.2, 1.4.3).
 */
export const PALETTE = {
  paper: ["#ffffff", "#16181b"],
  panel: ["#f6f5f2", "#1e2125"],
  line: ["#dedbd4", "#363a40"],
  ink: ["#1f1e1b", "#e9e7e2"],
  muted: ["#65615a", "#a39f97"],
  vanilla: ["#6b5f74", "#b3a6bd"],
  escore: ["#2c5d9b", "#82b3ec"],
  lager: ["#955200", "#f2b05e"],
  tuned: ["#0a6b5e", "#57c9b5"],
} as const satisfies Readonly<Record<string, ThemeColor>>;

/** A colour of the palette by name. */
export type ColorName = keyof typeof PALETTE;

/** The colour as a CSS value that follows the theme. */
export function color(name: ColorName): string {
  return `var(--${name})`;
}

/** How one method is told from the others: never by its colour alone. */
export interface MethodStyle {
  readonly color: string;
  /** `stroke-dasharray`; empty: a solid line. */
  readonly dash: string;
  readonly symbol: "circle" | "square" | "triangle" | "diamond" | "star" | "times";
}

/** How a method is drawn, in every chart the same. `human` is a name too. */
export function methodStyle(name: string, kind?: MethodKind): MethodStyle {
  if (name === "human") return { color: color("ink"), dash: "", symbol: "circle" };
  if (name === "vanilla") return { color: color("vanilla"), dash: "1 3", symbol: "square" };
  if (name === "e-score") return { color: color("escore"), dash: "6 3", symbol: "diamond" };
  if (name === "lager") return { color: color("lager"), dash: "", symbol: "circle" };
  if (name === "score") return { color: color("lager"), dash: "4 1", symbol: "circle" };
  if (name === "lager-tuned")
    return { color: color("tuned"), dash: "10 3 2 3", symbol: "triangle" };
  if (kind === "lager") return { color: color("lager"), dash: "2 2", symbol: "circle" };
  return { color: color("muted"), dash: "2 4", symbol: "times" };
}
