import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { LagerError } from "../base/errors.ts";
import { unreadableFile } from "../base/files.ts";
import { decodeUtf8 } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import { parseYaml } from "../base/yaml.ts";

/** The file of a folder's settings. */
export const SETTINGS_FILE = "lager.yaml";

/** What may stand in it, by the names of the options that it stands for. */
const SETTINGS = ["judge", "task", "layers", "gpu", "threads"] as const;

type SettingName = (typeof SETTINGS)[number];

/** The settings that hold in a folder. */
export interface Settings {
  readonly file: string;
  /** As the command line would have them. Paths are relative to the file, and made absolute here. */
  readonly values: Readonly<Partial<Record<SettingName, string>>>;
}

/** Settings that name a file where they end so; else they are a name. */
const PATHS: Readonly<Partial<Record<SettingName, RegExp>>> = {
  judge: /\.gguf$/i,
  task: /\.(ya?ml|json)$/i,
};

/**
 * The settings of a folder, or of the nearest one above it that has any.
 *
 * @throws LagerError `INVALID_ARGUMENT` that names file, line and key; `UNREADABLE_FILE`.
 */
export async function findSettings(folder = process.cwd()): Promise<Settings | null> {
  const file = path.join(folder, SETTINGS_FILE);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw unreadableFile("the settings file", file, error);
    }
    const above = path.dirname(folder);
    return above === folder ? null : findSettings(above);
  }
  const { value, lineOf } = await parseYaml(decodeUtf8(bytes), { file, code: "INVALID_ARGUMENT" });
  const fields = new JsonFields(value ?? {}, {
    code: "INVALID_ARGUMENT",
    whole: "a settings file",
    place: { file },
    lineOf,
  }).only(SETTINGS);
  const values: Partial<Record<SettingName, string>> = {};
  for (const name of SETTINGS) {
    if (!fields.has(name)) continue;
    const given = fields.value(name);
    const text = typeof given === "number" ? String(given) : fields.filledString(name);
    values[name] =
      PATHS[name]?.test(text) && !/^hf:/.test(text) ? path.resolve(folder, text) : text;
  }
  return { file, values };
}

/**
 * Gives a command the settings for those of its options that the command line leaves out. Only commands
 * that load a judge take any: what reads run files has all it needs in them.
 *
 * @returns names of the settings that were taken.
 * @throws LagerError `INVALID_ARGUMENT` for a value that the option does not take.
 */
export function applySettings(command: Command, { file, values }: Settings): SettingName[] {
  const optionOf = (name: string) => command.options.find((each) => each.attributeName() === name);
  if (optionOf("judge") === undefined) return [];
  return SETTINGS.filter((name) => {
    const text = values[name];
    const option = optionOf(name);
    if (text === undefined || option === undefined) return false;
    if (command.getOptionValueSource(name) === "cli") return false;
    // Learned weights bring their layers.
    if (name === "layers" && command.getOptionValueSource("weights") === "cli") return false;
    try {
      const value: unknown = option.parseArg?.(text, undefined) ?? text;
      command.setOptionValueWithSource(name, value, "config");
    } catch (cause) {
      if (!(cause instanceof InvalidArgumentError)) throw cause;
      throw new LagerError(
        "INVALID_ARGUMENT",
        `${JSON.stringify(text)} is nothing that --${name} takes: ${cause.message}`,
        { place: { file, field: name }, cause },
      );
    }
    return true;
  });
}
