import { CONDITIONS, SCORE_POSITIONS } from "../input/task/condition.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { DEFAULT_LAYERS } from "../scoring/weights/weighed-layers.ts";
import { oneOf, parsed, text } from "./command.ts";
import { WEIGHED_LAYERS, weighedSpec, wholeNumber } from "./option-values.ts";

/** How a judge comes to its scores, for every command that opens one session. */
export const SESSION_OPTIONS = [
  oneOf("--projection <kind>", "logits to aggregate (default: normed)", PROJECTIONS),
  parsed("--layers <layers>", `${WEIGHED_LAYERS} (default: ${DEFAULT_LAYERS})`, weighedSpec),
  text("-w, --weights <file>", "weights that lager tune learned, with their layers"),
  oneOf("--condition <how>", "how the judge comes to its score", CONDITIONS, "prefill"),
  parsed("--max-tokens <n>", "it may write (direct: 10, reasoning: 256)", wholeNumber(1)),
  oneOf(
    "--score-position <rule>",
    "score in what it wrote (default: after-prefix)",
    SCORE_POSITIONS,
  ),
] as const;
