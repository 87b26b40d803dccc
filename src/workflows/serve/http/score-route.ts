import { randomUUID } from "node:crypto";
import { LagerError } from "../../../base/errors.ts";
import { isObject } from "../../../base/json.ts";
import type { ScoreItem } from "../../../judge/items.ts";
import { requireShape } from "../request-schemas.ts";
import type { IndexedOutcome, ScoreService, ServiceRequest } from "../score-service.ts";
import { HttpProblem, httpProblem } from "./http-problem.ts";
import { UsageMeter } from "./usage.ts";

/** Who asks, and what ends the request. */
export type RouteContext = Required<Pick<ServiceRequest, "client" | "signal">>;

/** A body of `POST /v1/score`, as the schema has it. */
interface ScoreBody {
  readonly items?: readonly ScoreItem[];
  readonly text_1?: string | readonly string[];
  readonly text_2?: string | readonly string[];
  readonly task?: string;
  readonly criteria?: readonly string[];
}

/** `POST /v1/score`, as one object. */
export async function scoreAnswer(
  service: ScoreService,
  value: unknown,
  context: RouteContext,
): Promise<object> {
  const { outcomes, task } = await begin(service, value, context);
  const meter = new UsageMeter();
  const data: object[] = [];
  for await (const outcome of outcomes) {
    meter.add(outcome);
    data.push(dataOf(outcome));
  }
  return {
    id: `score-${randomUUID()}`,
    object: "list",
    created: Math.floor(Date.now() / 1000),
    model: service.facts.judge.name,
    task,
    data,
    usage: meter.usage,
  };
}

/**
 * `POST /v1/score`, as lines: each outcome as it comes, and then what all cost. Where the request ends
 * before, the last line says why.
 *
 * @throws before the first line what the request cannot begin with.
 */
export async function scoreLines(
  service: ScoreService,
  value: unknown,
  context: RouteContext,
): Promise<AsyncGenerator<object>> {
  const { outcomes } = await begin(service, value, context);
  return linesOf(outcomes);
}

async function* linesOf(outcomes: AsyncIterable<IndexedOutcome>): AsyncGenerator<object> {
  const meter = new UsageMeter();
  try {
    for await (const outcome of outcomes) {
      meter.add(outcome);
      yield dataOf(outcome);
    }
  } catch (error) {
    const { code, message } = httpProblem(error, 1);
    yield { object: "aborted", code, message };
    return;
  }
  yield { object: "done", usage: meter.usage };
}

async function begin(
  service: ScoreService,
  value: unknown,
  context: RouteContext,
): Promise<{ readonly outcomes: AsyncGenerator<IndexedOutcome>; readonly task: string }> {
  requireShape(isObject(value) && "items" in value ? "scoreItems" : "scoreTexts", value);
  const { items, text_1 = "", text_2 = "", task, criteria } = value as ScoreBody;
  const request =
    items === undefined ? { asTexts: true, items: pairsOf(text_1, text_2) } : { items };
  const outcomes = await known(async () =>
    service.score({ ...request, ...context, criteria, task: service.taskNamed(task) }),
  );
  return { outcomes, task: task ?? service.facts.task.name };
}

/** What a request names that passed the schema and is not there: a task, or a criterion. */
export async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LagerError) || error.code !== "INVALID_ARGUMENT") throw error;
    throw new HttpProblem(404, error.code, error.message, { field: error.place.field });
  }
}

/** Of one text and several, the one goes with each. A text without a partner makes a record without it. */
function pairsOf(
  instructions: string | readonly string[],
  responses: string | readonly string[],
): ScoreItem[] {
  const [left, right] = [instructions, responses].map(listOf);
  const length = Math.max(left?.length ?? 0, right?.length ?? 0);
  return Array.from({ length }, (_, i) => {
    const instruction = typeof instructions === "string" ? instructions : left?.[i];
    const response = typeof responses === "string" ? responses : right?.[i];
    return {
      ...(instruction !== undefined && { instruction }),
      ...(response !== undefined && { response }),
    };
  });
}

function listOf(texts: string | readonly string[]): readonly string[] {
  return typeof texts === "string" ? [texts] : texts;
}

function dataOf({ index, outcome: { kind, ...figures } }: IndexedOutcome): object {
  return { index, object: kind === "score" ? "score" : "error", ...figures };
}
