import { LINE_FIGURE_NAMES } from "../run/line-figures.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { oneOf, parsed } from "./command.ts";
import { WEIGHED_LAYERS, weighedSpec } from "./option-values.ts";

/** Which number of a run's lines is looked at, for commands that look at one. */
export const FIGURE_OPTIONS = [
  oneOf("--figure <name>", "of each line (default: score)", LINE_FIGURE_NAMES),
  parsed("--layers <layers>", `a score over these layers instead: ${WEIGHED_LAYERS}`, weighedSpec),
  oneOf("--projection <name>", "logits that --layers reads (default: normed)", PROJECTIONS),
] as const;
