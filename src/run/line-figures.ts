/** Figures of a run's line by the names that people know them by. */
export const LINE_FIGURES = {
  score: "score",
  "e-score": "eScore",
  lager: "lager",
  vanilla: "vanilla",
} as const;

export type LineFigure = keyof typeof LINE_FIGURES;

export const LINE_FIGURE_NAMES = Object.keys(LINE_FIGURES) as readonly LineFigure[];
