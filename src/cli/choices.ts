// Values of options, apart from the commands: a command's code is loaded only when it runs.
import type { ResamplingUnit } from "../analysis/eval/evaluated-sample.ts";
import type { EvalBreakdown } from "../present/terminal/eval-text.ts";
import type { ThresholdRange } from "../workflows/knowledge/result.ts";
import type { FigureName } from "../workflows/select/aspect-scores.ts";
import type { Combination } from "../workflows/select/combine-aspects.ts";

export const DEFAULT_JUDGE = "smollm2-135m";
export const OUTPUT_FORMATS = ["table", "json", "csv"] as const;
export const INCLUDABLE = ["tokens", "prompt"] as const;
export const BREAKDOWNS = ["criterion", "system"] as const satisfies readonly EvalBreakdown[];
export const RESAMPLING_UNITS = ["record", "group"] as const satisfies readonly ResamplingUnit[];
export const COMBINATIONS = ["mean", "ranks"] as const satisfies readonly Combination[];
export const FIGURES = ["lager", "e-score", "direct"] as const satisfies readonly FigureName[];
export const RANGES = ["scale", "observed"] as const satisfies readonly ThresholdRange[];
