import {
  blaming,
  checkArguments,
  FUNCTION,
  listOf,
  OBJECT,
  objectOf,
  optional,
  type Shape,
  TEXT,
} from "../../base/arguments.ts";
import type { ErrorPlace } from "../../base/errors.ts";
import { JsonFields, type JsonPath, type JsonSource } from "../../base/json-fields.ts";
import {
  DEFAULT_ANSWER_PREFIX,
  DEFAULT_PROMPT,
  DEFAULT_QUESTION_PROMPT,
  QUESTION_ANSWER_PREFIX,
} from "./default-prompt.ts";
import { parseAnswers, parseQuestions } from "./parse-questions.ts";
import { parseScale } from "./parse-scale.ts";
import { RECORD_LOADERS, type RecordLoader, type TaskData } from "./record-loaders.ts";
import type { Criterion, ScaleLabel, Task, TextField } from "./task.ts";
import { IDENTITY_FIELDS, TEXT_FIELDS } from "./task.ts";

const TASK_KEYS = [
  "name",
  "description",
  "scale",
  "criteria",
  "answers",
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
  lineOf?: (path: JsonPath) => number | undefined,
): Task {
  checkArguments("parseTask", { place: [place, OBJECT], lineOf: [lineOf, optional(FUNCTION)] });
  const line = (path: JsonPath) => blaming("parseTask", "lineOf", () => lineOf?.(path));
  const source = { code: "INVALID_TASK", whole: "a task", place, lineOf: line } as const;
  return blaming("parseTask", "value", () => readTask(value, source));
}

function readTask(value: unknown, source: JsonSource): Task {
  const task = new JsonFields(value, source).only(TASK_KEYS);
  const scale = parseScale(task);
  const criteria = parseCriteria(task, scale);
  const answers = parseAnswers(task, criteria);
  const prefix = answers === null ? DEFAULT_ANSWER_PREFIX : QUESTION_ANSWER_PREFIX;
  const system = optionalText(task, "system");
  const human = optionalText(task, "human");
  return {
    name: task.filledString("name"),
    description: task.has("description") ? task.string("description").trim() : "",
    scale,
    criteria,
    ...(answers !== null && { answers }),
    prompt:
      optionalText(task, "prompt") ?? (answers === null ? DEFAULT_PROMPT : DEFAULT_QUESTION_PROMPT),
    ...(system === undefined ? {} : { system }),
    answerPrefix: task.has("answerPrefix") ? task.string("answerPrefix") : prefix,
    fields: parseFields(task),
    ...(task.has("required") && { required: parseRequired(task) }),
    ...(human === undefined ? {} : { human }),
    ...(task.has("loader") && { loader: parseLoader(task) }),
    ...(task.has("data") && { data: parseData(task) }),
  };
}

const PARSED = objectOf({
  scale: listOf(OBJECT),
  criteria: listOf(objectOf({ anchors: OBJECT })),
  prompt: TEXT,
  answerPrefix: TEXT,
  fields: OBJECT,
});

/** A task as an argument, as `parseTask` and `loadTask` give it. */
export const TASK: Shape = (value, at) => {
  PARSED(value, at);
  parseTask(value);
};

function parseLoader(task: JsonFields): RecordLoader {
  const value = task.value("loader");
  const loader = RECORD_LOADERS.find((name) => name === value);
  if (loader !== undefined) return loader;
  throw task.invalid(
    "loader",
    `no loader is called ${JSON.stringify(value)}; there are ${RECORD_LOADERS.join(", ")}`,
  );
}

function parseData(task: JsonFields): TaskData {
  const data = task.object("data").only(["published", "licence", "reads"]);
  return {
    published: data.filledString("published"),
    licence: data.filledString("licence"),
    reads: data.filledString("reads"),
  };
}

/** A template or path: kept as it is (white space counts in a template), but never blank. */
function optionalText(task: JsonFields, key: "prompt" | "system" | "human"): string | undefined {
  if (!task.has(key)) return undefined;
  task.filledString(key);
  return task.string(key);
}

function parseCriteria(task: JsonFields, scale: readonly ScaleLabel[]): readonly Criterion[] {
  const criteria = task.objects("criteria", 1).map((fields) => parseCriterion(fields, scale));
  const seen = new Set<string>();
  for (const [index, { name }] of criteria.entries()) {
    if (seen.has(name)) {
      throw task.invalid(
        ["criteria", index, "name"],
        `two criteria are called ${JSON.stringify(name)}; names must be distinct`,
      );
    }
    seen.add(name);
  }
  return criteria;
}

function parseCriterion(fields: JsonFields, scale: readonly ScaleLabel[]): Criterion {
  fields.only(["name", "description", "anchors", "questions"]);
  const questions = fields.has("questions") ? parseQuestions(fields) : null;
  const anchors = fields.has("anchors") ? parseAnchors(fields.object("anchors"), scale) : {};
  if (questions !== null && Object.keys(anchors).length > 0) {
    throw fields.invalid("anchors", "a criterion has either anchors or questions, not both");
  }
  const name = fields.filledString("name");
  return {
    name,
    // What a checklist asks stands in its questions.
    description:
      questions !== null && !fields.has("description") ? name : fields.filledString("description"),
    anchors,
    ...(questions !== null && { questions }),
  };
}

function parseAnchors(
  fields: JsonFields,
  scale: readonly ScaleLabel[],
): Readonly<Record<string, string>> {
  return fields
    .only(scale.map(({ label }) => label))
    .map((anchors, label) => anchors.filledString(label));
}

function parseFields(task: JsonFields): Task["fields"] {
  if (!task.has("fields")) return {};
  return task
    .object("fields")
    .only([...TEXT_FIELDS, ...IDENTITY_FIELDS])
    .map((fields, name) => fields.filledString(name));
}

function parseRequired(task: JsonFields): readonly TextField[] {
  const required = task.list("required", 1).map((element, index) => {
    const field = TEXT_FIELDS.find((name) => name === element);
    if (field === undefined) {
      throw task.invalid(
        ["required", index],
        `${JSON.stringify(element)} is no text field; allowed: ${TEXT_FIELDS.join(", ")}`,
      );
    }
    return field;
  });
  return TEXT_FIELDS.filter((field) => required.includes(field));
}
