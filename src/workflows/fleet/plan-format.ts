import { LagerError } from "../../base/errors.ts";
import { readWhole } from "../../base/files.ts";
import { parseJson } from "../../base/json.ts";
import { JsonFields } from "../../base/json-fields.ts";
import type { JudgeSettings } from "../../engine/native/engine-options.ts";
import { parseTask } from "../../input/task/parse-task.ts";
import type { Task } from "../../input/task/task.ts";
import type { SessionOptions } from "../../judge/score-options.ts";

/** Version of the plan format that this package writes and reads. */
export const PLAN_SCHEMA = 1;

/** How a plan's judge comes to its scores: what a run's header says of it, as it was asked for. */
export type PlanScoring = Omit<SessionOptions, "weights" | "hidden"> & {
  /** Absolute path of learned weights. */
  readonly weights?: string | undefined;
};

/** First line of a plan: all that a machine needs to score a shard, beside the shard's records. */
export interface PlanHeader {
  readonly kind: "plan";
  readonly schema: typeof PLAN_SCHEMA;
  /** Of the package that made the plan; another version does not score by it. */
  readonly version: string;
  /** The data's name in messages, as it was given. */
  readonly source: string;
  /** Its path from the folder of the plan; not there for standard input. */
  readonly input?: string | undefined;
  /** A name, the absolute path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /** The whole task. */
  readonly task: Task;
  /** Whether machines of several kinds may score it. */
  readonly mixed: boolean;
  readonly scoring: PlanScoring;
  readonly settings: JudgeSettings;
}

/** Records that are scored by one machine, in the order of the input. */
export interface Shard {
  readonly kind: "shard";
  /** Counted from 0. */
  readonly number: number;
  readonly records: number;
  /** Of its slice file. */
  readonly bytes: number;
  /** Of its slice file, lower-case hex. */
  readonly sha256: string;
}

/** A plan as it was read. */
export interface Plan {
  readonly header: PlanHeader;
  readonly shards: readonly Shard[];
}

/** One line of a plan, without its line end. */
export function formatPlanLine(line: PlanHeader | Shard): string {
  return JSON.stringify(line);
}

/**
 * Reads a plan.
 *
 * @throws LagerError `UNREADABLE_FILE`, or `INVALID_ARGUMENT` for what is no plan of this version.
 */
export async function readPlan(file: string): Promise<Plan> {
  const text = (await readWhole(file, "the plan")).toString();
  const [first = "", ...rest] = text.trimEnd().split("\n");
  const header = parsePlanHeader(fieldsOf(first, file, 1));
  return { header, shards: rest.map((line, i) => parseShard(fieldsOf(line, file, i + 2), i)) };
}

function fieldsOf(line: string, file: string, number: number): JsonFields {
  const place = { file, line: number };
  const value = parseJson(line, (reason, cause) => {
    const what = `this is no plan of \`lager fleet submit\`: ${reason}`;
    return new LagerError("INVALID_ARGUMENT", what, { place, cause });
  });
  return new JsonFields(value, { code: "INVALID_ARGUMENT", whole: "a line of a plan", place });
}

function parsePlanHeader(fields: JsonFields): PlanHeader {
  if (fields.value("kind") !== "plan") {
    throw fields.invalid("kind", 'a plan starts with a line of kind "plan"');
  }
  if (fields.value("schema") !== PLAN_SCHEMA) {
    throw fields.invalid("schema", `this version reads plans of schema ${PLAN_SCHEMA}`);
  }
  return {
    kind: "plan",
    schema: PLAN_SCHEMA,
    version: fields.string("version"),
    source: fields.string("source"),
    ...(fields.has("input") && { input: fields.string("input") }),
    judge: fields.filledString("judge"),
    task: parseTask(fields.value("task")),
    mixed: fields.value("mixed") === true,
    // Checked where they are used, as any caller's: by the session and by the engine.
    scoring: fields.object("scoring").all as PlanScoring,
    settings: fields.object("settings").all as JudgeSettings,
  };
}

function parseShard(fields: JsonFields, expected: number): Shard {
  const number = fields.integer("number", 0);
  if (fields.value("kind") !== "shard" || number !== expected) {
    throw fields.invalid("number", `shard ${expected} is expected here`);
  }
  return {
    kind: "shard",
    number,
    records: fields.integer("records", 1),
    bytes: fields.integer("bytes", 1),
    sha256: fields.string("sha256"),
  };
}
