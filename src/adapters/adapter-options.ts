import { LagerError } from "../base/errors.ts";
import { nearestName } from "../base/nearest-name.ts";
import { DEFAULT_JUDGE } from "../engine/models/catalog.ts";
import { JUDGE_OPTIONS, type JudgeSettings } from "../engine/native/engine-options.ts";
import type { AggregationOptions } from "../judge/aggregation.ts";
import type { ConditionOptions } from "../judge/generate-answer.ts";
import type { TaskChoice } from "../judge/score-options.ts";

/** What an adapter scores with. Everything but functions, so that it can stand in a YAML file. */
export interface AdapterOptions
  extends JudgeSettings,
    Omit<AggregationOptions, "hidden">,
    ConditionOptions {
  /** A name, the path of a GGUF file, or an `hf:` URI. Default: the toy judge of the quick start. */
  readonly judge?: string | undefined;
  /** A task, the name of a built-in one, or the path of a task file. Default: `general`. */
  readonly task?: TaskChoice | undefined;
  /** Names of the task's criteria that are scored. Default: all. */
  readonly criteria?: readonly string[] | undefined;
}

/** Options in the parts that they belong to. */
export interface AdapterParts {
  readonly judge: string;
  readonly settings: JudgeSettings;
  readonly task: TaskChoice;
  /** Each once; undefined: all. */
  readonly criteria: readonly string[] | undefined;
  readonly session: Omit<AggregationOptions, "hidden"> & ConditionOptions;
}

const SESSION_KEYS = [
  "layers",
  "projection",
  "weights",
  "condition",
  "maxTokens",
  "scorePosition",
] as const satisfies readonly (keyof AdapterParts["session"])[];
const OWN_KEYS = ["judge", "task", "criteria"];
const SETTING_KEYS = Object.keys(JUDGE_OPTIONS);

/**
 * Takes an adapter's options apart.
 *
 * @param owner what is configured, for messages: `lager-judge/scorer`.
 * @param others names of options that the adapter reads itself.
 * @throws LagerError `INVALID_ARGUMENT` for a name that is none of them: a misspelt one would be lost.
 */
export function adapterParts(
  owner: string,
  options: AdapterOptions,
  others: readonly string[] = [],
): AdapterParts {
  const known = [...OWN_KEYS, ...SETTING_KEYS, ...SESSION_KEYS, ...others];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    const hint = near === undefined ? `it has ${known.join(", ")}` : `did you mean ${near}?`;
    throw new LagerError("INVALID_ARGUMENT", `${owner} has no option ${name}: ${hint}`, {
      place: { field: name },
    });
  }
  const { judge = DEFAULT_JUDGE, task = "general", criteria } = options;
  if (typeof judge !== "string" || judge === "") {
    throw new LagerError("INVALID_ARGUMENT", `${owner}: judge is a name, a path or an hf: URI`, {
      place: { field: "judge" },
    });
  }
  return {
    ...{ judge, task },
    criteria: Array.isArray(criteria) ? [...new Set(criteria)] : criteria,
    settings: picked(options, SETTING_KEYS),
    session: picked(options, SESSION_KEYS),
  };
}

/** Those of an object's members that have one of these names. */
function picked(from: object, names: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => value !== undefined && names.includes(name)),
  );
}
