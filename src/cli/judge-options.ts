import { Option } from "commander";
import { DEFAULT_JUDGE } from "../engine/models/catalog.ts";
import {
  JUDGE_OPTIONS as DECLARED,
  type JudgeOption,
  type JudgeSettings,
} from "../engine/native/engine-options.ts";
import { flagOf, type OptionOf, text } from "./command.ts";
import { addAdapter, autoOrNumber, byteSize, wholeNumber } from "./option-values.ts";

/** The judge of a command that needs one. */
export const JUDGE = text(
  "-j, --judge <judge>",
  "name, path of a GGUF file, or hf: URI",
  DEFAULT_JUDGE,
);

/** How a judge is loaded, as the command line gives it. */
export type JudgeOptions = JudgeSettings;

/** An option of the command line, by the name that its value has. */
type JudgeOptionOf<Name extends keyof JudgeSettings> = Name extends unknown
  ? OptionOf<
      `--${Name}`,
      | Exclude<JudgeSettings[Name], undefined>
      | ((typeof DECLARED)[Name] extends { commandLine: string } ? never : undefined)
    >
  : never;

/** How a judge is loaded, for every command that loads one. */
export const JUDGE_OPTIONS = Object.keys(DECLARED).map((name) =>
  judgeOption(name as keyof JudgeSettings),
);

/** One of the options of a judge, for a command that has not all of them. */
export function judgeOption<Name extends keyof JudgeSettings>(name: Name): JudgeOptionOf<Name> {
  const declared: JudgeOption = DECLARED[name];
  const flag = flagOf(name);
  const flags = declared.argument === undefined ? flag : `${flag} ${declared.argument}`;
  const option = new Option(flags, declared.help).default(declared.commandLine);
  if (declared.kind === "choice") option.choices([...declared.choices]);
  if (declared.kind === "bytes") option.argParser(byteSize);
  if (declared.kind === "adapters") option.argParser(addAdapter);
  if (declared.kind === "count") {
    option.argParser(declared.auto === undefined ? wholeNumber(declared.least) : autoOrNumber);
  }
  return { flags: `--${name}`, option } as JudgeOptionOf<Name>;
}
