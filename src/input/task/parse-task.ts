import type { ErrorPlace } from "../../base/errors.ts";
import { DEFAULT_ANSWER_PREFIX, DEFAULT_PROMPT } from "./default-prompt.ts";
import { parseScale } from "./parse-scale.ts";
import { RECORD_LOADERS, type RecordLoader, type TaskData } from "./record-loaders.ts";
import type { Criterion, ScaleLabel, Task, TextField } from "./task.ts";
import { IDENTITY_FIELDS, TEXT_FIELDS } from "./task.ts";
import type { TaskPath } from "./task-reader.ts";
import { TaskReader } from "./task-reader.ts";

const TASK_KEYS = [
  "name",
  "description",
  "scale",
  "criteria",
  "prompt",
  "system",
  "answerPrefix",
  "fields",
  "required",
  "human",
  "loader",
  "data",
] as const;

/**
 * Reads a task from an object, as a task file holds it. `name`, `scale` and `criteria` are needed;
 * the rest has defaults.
 *
 * @param value the task: see `Task`; `scale` is `{min, max}`, `{labels: [{label, value}, …]}` or
 *   `{labels: {label: value, …}}`
 * @param place where the task comes from, for messages
 * @param lineOf line of a value in the task file, if that is known
 * @throws LagerError INVALID_TASK that names the key or value, and says what is allowed there
 */
export function parseTask(
  value: unknown,
  place: ErrorPlace = {},
  lineOf?: (path: TaskPath) => number | undefined,
): Task {
  const read = new TaskReader(place, lineOf);
  const task = read.object(value, [], TASK_KEYS);
  const scale = parseScale(task.scale, ["scale"], read);
  const system = optionalText(task, "system", read);
  const human = optionalText(task, "human", read);
  return {
    name: read.filledText(task.name, ["name"]),
    description:
      task.description === undefined ? "" : read.text(task.description, ["description"]).trim(),
    scale,
    criteria: parseCriteria(task.criteria, scale, read),
    prompt: optionalText(task, "prompt", read) ?? DEFAULT_PROMPT,
    ...(system === undefined ? {} : { system }),
    answerPrefix:
      task.answerPrefix === undefined
        ? DEFAULT_ANSWER_PREFIX
        : read.text(task.answerPrefix, ["answerPrefix"]),
    fields: parseFields(task.fields, read),
    ...(task.required === undefined ? {} : { required: parseRequired(task.required, read) }),
    ...(human === undefined ? {} : { human }),
    ...(task.loader === undefined ? {} : { loader: parseLoader(task.loader, read) }),
    ...(task.data === undefined ? {} : { data: parseData(task.data, read) }),
  };
}

function parseLoader(value: unknown, read: TaskReader): RecordLoader {
  const loader = RECORD_LOADERS.find((name) => name === value);
  if (loader !== undefined) return loader;
  throw read.invalid(
    ["loader"],
    `no loader is called ${JSON.stringify(value)}; there are ${RECORD_LOADERS.join(", ")}`,
  );
}

function parseData(value: unknown, read: TaskReader): TaskData {
  const data = read.object(value, ["data"], ["published", "licence", "reads"]);
  const text = (key: keyof TaskData) => read.filledText(data[key], ["data", key]);
  return { published: text("published"), licence: text("licence"), reads: text("reads") };
}

/** A template or path: kept as it is (white space counts in a template), but never blank. */
function optionalText(
  task: Record<string, unknown>,
  key: "prompt" | "system" | "human",
  read: TaskReader,
): string | undefined {
  if (task[key] === undefined) return undefined;
  read.filledText(task[key], [key]);
  return read.text(task[key], [key]);
}

function parseCriteria(
  value: unknown,
  scale: readonly ScaleLabel[],
  read: TaskReader,
): readonly Criterion[] {
  const criteria = read
    .list(value, ["criteria"], 1)
    .map((element, index) => parseCriterion(element, ["criteria", index], scale, read));
  const seen = new Set<string>();
  for (const [index, { name }] of criteria.entries()) {
    if (seen.has(name)) {
      throw read.invalid(
        ["criteria", index, "name"],
        `two criteria are called ${JSON.stringify(name)}; names must be distinct`,
      );
    }
    seen.add(name);
  }
  return criteria;
}

function parseCriterion(
  value: unknown,
  path: TaskPath,
  scale: readonly ScaleLabel[],
  read: TaskReader,
): Criterion {
  const criterion = read.object(value, path, ["name", "description", "anchors"]);
  return {
    name: read.filledText(criterion.name, [...path, "name"]),
    description: read.filledText(criterion.description, [...path, "description"]),
    anchors:
      criterion.anchors === undefined
        ? {}
        : parseAnchors(criterion.anchors, [...path, "anchors"], scale, read),
  };
}

function parseAnchors(
  value: unknown,
  path: TaskPath,
  scale: readonly ScaleLabel[],
  read: TaskReader,
): Readonly<Record<string, string>> {
  const labels = scale.map(({ label }) => label);
  const anchors = read.object(value, path, labels);
  return Object.fromEntries(
    Object.entries(anchors).map(([label, text]) => [
      label,
      read.filledText(text, [...path, label]),
    ]),
  );
}

function parseFields(value: unknown, read: TaskReader): Task["fields"] {
  if (value === undefined) return {};
  const fields = read.object(value, ["fields"], [...TEXT_FIELDS, ...IDENTITY_FIELDS]);
  return Object.fromEntries(
    Object.entries(fields).map(([field, path]) => [
      field,
      read.filledText(path, ["fields", field]),
    ]),
  );
}

function parseRequired(value: unknown, read: TaskReader): readonly TextField[] {
  const required = read.list(value, ["required"], 1).map((element, index) => {
    const field = TEXT_FIELDS.find((name) => name === element);
    if (field === undefined) {
      throw read.invalid(
        ["required", index],
        `${JSON.stringify(element)} is no text field; allowed: ${TEXT_FIELDS.join(", ")}`,
      );
    }
    return field;
  });
  return TEXT_FIELDS.filter((field) => required.includes(field));
}
