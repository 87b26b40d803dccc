import { type ErrorPlace, errorMessage } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import { CONDITIONS, SCORE_POSITIONS } from "../input/task/condition.ts";
import { parseTask } from "../input/task/parse-task.ts";
import type { Task } from "../input/task/task.ts";
import { type LabelTree, labelTree } from "../input/tokens/label-tree.ts";
import { parseJudgeFacts } from "../scoring/weights/judge-facts.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { RECIPES } from "../scoring/weights/weights-format.ts";
import {
  MACHINE_FACTS,
  RUN_SCHEMA,
  type RunHeader,
  type RunMachine,
  type RunOptions,
} from "./run-format.ts";

/**
 * The header of a run from its first line's JSON value. Options and facts of the machine that this
 * version does not know are kept, so that they count when headers are compared.
 *
 * @throws LagerError `INVALID_RUN` that names the field.
 */
export function parseRunHeader(value: unknown, place: ErrorPlace): RunHeader {
  const fields = new JsonFields(value, { code: "INVALID_RUN", whole: "a run line", place });
  if (fields.value("kind") !== "run") {
    throw fields.invalid("kind", 'a run file starts with a line of kind "run"');
  }
  const schema = fields.value("schema");
  if (schema !== RUN_SCHEMA) {
    throw fields.invalid(
      "schema",
      `the run has schema ${JSON.stringify(schema)}, this version reads schema ${RUN_SCHEMA}: ` +
        "score the data again, or read the run with the version of lager-judge that wrote it",
    );
  }
  const labels = fields.strings("labels");
  const values = fields.numbers("values");
  if (labels.length < 2 || labels.length !== values.length) {
    throw fields.invalid("values", "a run has at least two labels, and one value for each");
  }
  return {
    kind: "run",
    schema: RUN_SCHEMA,
    version: fields.string("version"),
    ...(fields.has("input") && { input: fields.string("input") }),
    judge: parseJudgeFacts(fields),
    llama: parseLlama(fields.object("llama")),
    task: parseHeaderTask(fields),
    options: parseOptions(fields.object("options")),
    machine: parseMachine(fields.object("machine")),
    ...(fields.has("classes") && {
      classes: fields.objects("classes", 2).map((each) => ({
        llama: parseLlama(each.object("llama")),
        machine: parseMachine(each.object("machine")),
      })),
    }),
    labels,
    values,
    labelTokens: parseLabelTokens(fields, labels.length),
  };
}

/** The tree of the run's labels, by which the nodes of its scores are read. */
export function runLabelTree({ labelTokens }: RunHeader): LabelTree {
  return labelTree(labelTokens);
}

function parseHeaderTask(fields: JsonFields): Task {
  try {
    return parseTask(fields.value("task"));
  } catch (error) {
    throw fields.invalid("task", errorMessage(error));
  }
}

function parseOptions(options: JsonFields): RunOptions {
  const known: RunOptions = {
    projection: options.oneOf("projection", PROJECTIONS),
    layers: options.string("layers"),
    ...(options.has("weights") && { weights: parseOwnWeights(options.object("weights")) }),
    ...(options.has("hidden") && { hidden: options.string("hidden") }),
    condition: options.oneOf("condition", CONDITIONS),
    ...(options.has("maxTokens") && { maxTokens: options.integer("maxTokens", 1) }),
    ...(options.has("scorePosition") && {
      scorePosition: options.oneOf("scorePosition", SCORE_POSITIONS),
    }),
    ...(options.has("judgeFileSha256") && { judgeFileSha256: options.string("judgeFileSha256") }),
    ...(options.has("adapters") && {
      adapters: options.objects("adapters").map((adapter) => ({
        name: adapter.string("name"),
        sha256: adapter.string("sha256"),
        scale: adapter.number("scale"),
      })),
    }),
    chatTemplateSha256:
      options.value("chatTemplateSha256") === null ? null : options.string("chatTemplateSha256"),
  };
  return { ...options.all, ...known };
}

function parseOwnWeights(weights: JsonFields): NonNullable<RunOptions["weights"]> {
  return { recipe: weights.oneOf("recipe", RECIPES), sha256: weights.string("sha256") };
}

function parseLlama(llama: JsonFields): RunHeader["llama"] {
  return {
    release: llama.string("release"),
    backend: llama.string("backend"),
    devices: llama.strings("devices"),
  };
}

function parseMachine(machine: JsonFields): RunMachine {
  const { all } = machine;
  if (isMachine(all)) return all;
  const wrong = Object.entries(MACHINE_FACTS).find(([name, kind]) => typeof all[name] !== kind);
  const [name = "", kind] = wrong ?? [];
  throw machine.invalid(name, `a ${kind} is expected`);
}

function isMachine(value: unknown): value is RunMachine {
  return (
    isObject(value) &&
    Object.entries(MACHINE_FACTS).every(([name, kind]) => typeof value[name] === kind)
  );
}

function parseLabelTokens(fields: JsonFields, labelCount: number): number[][] {
  const paths = fields.array("labelTokens", isTokenList, "a list of lists of token ids");
  if (paths.length !== labelCount) {
    throw fields.invalid("labelTokens", `${labelCount} lists are expected, one for each label`);
  }
  try {
    labelTree(paths);
  } catch (error) {
    throw fields.invalid("labelTokens", errorMessage(error));
  }
  return paths;
}

function isTokenList(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((token) => Number.isSafeInteger(token) && Number(token) >= 0)
  );
}
