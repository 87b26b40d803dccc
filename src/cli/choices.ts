// Values of options, apart from the commands: a command's code is loaded only when it runs.
import type { ResamplingUnit } from "../eval/evaluated-sample.ts";
import type { EvalBreakdown } from "../report/eval-text.ts";

export const DEFAULT_JUDGE = "smollm2-135m";
export const OUTPUT_FORMATS = ["table", "json", "csv"] as const;
export const INCLUDABLE = ["tokens", "prompt"] as const;
export const BREAKDOWNS = ["criterion", "system"] as const satisfies readonly EvalBreakdown[];
export const RESAMPLING_UNITS = ["record", "group"] as const satisfies readonly ResamplingUnit[];
