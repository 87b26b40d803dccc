import { ownValue } from "../../base/json.ts";
import { CATALOG } from "../../engine/models/catalog.ts";
import { builtinTaskNames, TASK_FILE_ENDINGS } from "../../input/task/load-task.ts";
import { LAYER_SET_STARTS } from "../../scoring/weights/layer-set.ts";
import { WEIGHED_STARTS } from "../../scoring/weights/weighed-layers.ts";

/** Which files stand for a value: none, any, folders alone, or those of some endings (`.gguf`). */
export type CompletedFiles = "none" | "any" | "folders" | readonly string[];

/** What completes a value of an option or an argument. */
export interface ValueCompletion {
  /** Words that it may be; one that ends in `:` goes on. */
  readonly words: readonly string[];
  readonly files: CompletedFiles;
  /** Whether it is a list of the words, separated by commas. */
  readonly isList: boolean;
}

const NOTHING: ValueCompletion = { words: [], files: "none", isList: false };
const ANY_FILE: ValueCompletion = { ...NOTHING, files: "any" };

/** Values that only the user can know, and values whose words are the option's own choices. */
const UNKNOWN_NAMES = [
  ...[
    "address",
    "amount",
    "backend",
    "condition",
    "device",
    "figure",
    "format",
    "how",
    "id",
    "items",
    "kind",
    "limits",
  ],
  ...["list", "n", "name", "names", "of", "points", "records", "rows", "rule", "seconds", "share"],
  ...["shell", "size", "text", "time", "tokens", "type", "unit", "url", "use", "what", "where"],
];

const FILE_NAMES = [
  ...["data", "file", "input", "left", "path", "questions", "ratings", "right", "run", "weights"],
];

/** What completes a value, by the name that stands for it in the help: `file` of `--output <file>`. */
const COMPLETIONS: Readonly<Record<string, ValueCompletion>> = {
  ...Object.fromEntries(UNKNOWN_NAMES.map((name) => [name, NOTHING])),
  ...Object.fromEntries(FILE_NAMES.map((name) => [name, ANY_FILE])),
  folder: { ...NOTHING, files: "folders" },
  judge: { ...NOTHING, words: CATALOG.map(({ name }) => name), files: [".gguf"] },
  task: { ...NOTHING, words: builtinTaskNames(), files: TASK_FILE_ENDINGS },
  set: { ...NOTHING, words: LAYER_SET_STARTS },
  layers: { ...NOTHING, words: [...LAYER_SET_STARTS, ...WEIGHED_STARTS] },
  states: { ...NOTHING, words: ["hidden", "hidden:"] },
};

/** Whether it is said what completes a value of that name; a test asks of every one in the help. */
export function hasCompletion(name: string): boolean {
  return ownValue(COMPLETIONS, name) !== undefined;
}

/**
 * What completes a value.
 *
 * @param name what stands for it in the help, without brackets: `file`.
 * @param choices the words that it may be, where the program says so.
 */
export function valueCompletion(
  name: string,
  choices: readonly string[] | undefined,
  isList: boolean,
): ValueCompletion {
  if (choices !== undefined) return { words: choices, files: "none", isList };
  return ownValue(COMPLETIONS, name) ?? NOTHING;
}
