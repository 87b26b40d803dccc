import { readFile } from "node:fs/promises";
import path, { extname } from "node:path";
import { checkArguments, PATH } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { unreadableFile } from "../../base/files.ts";
import { decodeUtf8, parseJson } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest-name.ts";
import { TASKS_FOLDER } from "../../base/package-paths.ts";
import { parseYaml } from "../../base/yaml.ts";
import { parseTask } from "./parse-task.ts";
import type { Task } from "./task.ts";

const BUILTIN_TASKS = [
  "general",
  "reference",
  "verifier",
  "relevance",
  "instruction-data",
  "knowledge",
  "biggen",
  "emotion",
  "feedback-bench",
  "flask",
  "hanna",
  "helpsteer",
  "mt-bench-human",
  "qags",
  "sfres",
  "summeval",
  "topical-chat",
] as const;

/** How the name of a task file ends. */
export const TASK_FILE_ENDINGS = [".yaml", ".yml", ".json"] as const;

/** Names of the tasks that come with the package. */
export function builtinTaskNames(): readonly string[] {
  return BUILTIN_TASKS;
}

/**
 * Loads a built-in task by its name, or a task file (`.yaml`, `.yml` or `.json`).
 *
 * @throws LagerError INVALID_ARGUMENT when it is neither; UNREADABLE_FILE, NOT_UTF8; INVALID_TASK
 *   with the file, line and key of what is wrong
 */
export async function loadTask(nameOrPath: string): Promise<Task> {
  checkArguments("loadTask", { nameOrPath: [nameOrPath, PATH] });
  if (builtinTaskNames().includes(nameOrPath)) {
    const file = path.join(TASKS_FOLDER, `${nameOrPath}.yaml`);
    return parseYamlTask(await readText(file, `${nameOrPath}.yaml`), `${nameOrPath}.yaml`);
  }
  const extension = extname(nameOrPath).toLowerCase();
  switch (extension) {
    case ".yaml":
    case ".yml":
      return parseYamlTask(await readText(nameOrPath, nameOrPath), nameOrPath);
    case ".json":
      return parseJsonTask(await readText(nameOrPath, nameOrPath), nameOrPath);
    default:
      throw unknownTask(nameOrPath, extension);
  }
}

/**
 * The text of a task as it is written, comments included: to read, or to begin another with.
 *
 * @throws LagerError as {@link loadTask}, but for INVALID_TASK
 */
export async function readTaskText(nameOrPath: string): Promise<string> {
  if (builtinTaskNames().includes(nameOrPath)) {
    return readText(path.join(TASKS_FOLDER, `${nameOrPath}.yaml`), `${nameOrPath}.yaml`);
  }
  const extension = extname(nameOrPath).toLowerCase();
  if (!TASK_FILE_ENDINGS.some((ending) => ending === extension))
    throw unknownTask(nameOrPath, extension);
  return readText(nameOrPath, nameOrPath);
}

function unknownTask(given: string, extension: string): LagerError {
  const names = builtinTaskNames();
  if (extension !== "") {
    return new LagerError(
      "INVALID_ARGUMENT",
      `task file ${JSON.stringify(given)}: a task file ends in .yaml, .yml or .json`,
    );
  }
  return new LagerError(
    "INVALID_ARGUMENT",
    `no built-in task is called ${JSON.stringify(given)}.` +
      didYouMean(given, names) +
      ` Built-in tasks: ${names.join(", ")}. A task file ends in .yaml, .yml or .json`,
  );
}

async function readText(path: string, file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadableFile("the task file", file, cause);
  }
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new LagerError("NOT_UTF8", "the task file is not UTF-8; save it in that encoding", {
      place: { file },
      cause,
    });
  }
}

async function parseYamlTask(text: string, file: string): Promise<Task> {
  const { value, lineOf } = await parseYaml(text, { file, code: "INVALID_TASK" });
  return parseTask(value, { file }, lineOf);
}

function parseJsonTask(text: string, file: string): Task {
  const value = parseJson(text, (reason, cause) => {
    const line = lineOfJsonError(reason, text);
    return new LagerError("INVALID_TASK", `not valid JSON: ${reason}`, {
      place: { file, line },
      cause,
    });
  });
  return parseTask(value, { file });
}

/** V8 says the position of the error only in its message. */
function lineOfJsonError(message: string, text: string): number | undefined {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return undefined;
  return text.slice(0, Number(position)).split("\n").length;
}
