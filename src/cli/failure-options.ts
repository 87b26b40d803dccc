import { flag, parsed } from "./command.ts";
import { wholeNumber } from "./option-values.ts";

/** What is done about failures, for every command that scores. */
export const FAILURE_OPTIONS = [
  parsed("--max-failures <n>", "end a run in which more results fail", wholeNumber(0)),
  flag("--retry-failures", "try again what failed in a run that is gone on with"),
] as const;
