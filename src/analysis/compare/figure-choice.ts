import { oneOf, optional, TEXT } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { figureReader } from "../../run/figure-reader.ts";
import { LINE_FIGURE_NAMES, type LineFigure } from "../../run/line-figures.ts";
import type { RunHeader } from "../../run/run-format.ts";
import type { Score } from "../../scoring/score/outcome.ts";
import { PROJECTIONS, type Projection } from "../../scoring/weights/layer-set.ts";

/** Which number of a line is compared. */
export interface FigureChoice {
  /** Default: `score`, which each run was scored with. */
  readonly figure?: LineFigure | undefined;
  /** In its place, LAGER's score over these layers: what `--layers` of scoring takes. */
  readonly layers?: string | undefined;
  /** Logits that `layers` reads. Default: `normed`. */
  readonly projection?: Projection | undefined;
}

/** The arguments of a public call that has such a choice. */
export const FIGURE_SHAPE = {
  figure: optional(oneOf(LINE_FIGURE_NAMES)),
  layers: optional(TEXT),
  projection: optional(oneOf(PROJECTIONS)),
};

/** @throws LagerError `INVALID_ARGUMENT` for a choice of two things at once. */
export function requireOneFigure({ figure, layers, projection }: FigureChoice): void {
  if (layers === undefined ? projection === undefined : figure === undefined) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    layers === undefined
      ? "a projection is of the layers that are asked for: name them with --layers"
      : "layers make a score of their own: leave out --figure, or --layers",
  );
}

/** Reads the chosen number of a run's lines. @throws LagerError as `figureReader` does. */
export function chosenFigure(
  { figure = "score", layers, projection }: FigureChoice,
  header: RunHeader,
): (line: Score) => number {
  return figureReader(figure, header, layers, projection);
}

/** The choice in words, as results name it: `score`, `lager`, or `layers all, normed`. */
export function figureName({ figure = "score", layers, projection }: FigureChoice): string {
  return layers === undefined ? figure : `layers ${layers}, ${projection ?? "normed"}`;
}

/** Whether the runs' own layers have no part in it. */
export function isOfOwnLayers({ figure = "score", layers }: FigureChoice): boolean {
  return figure === "score" && layers === undefined;
}
