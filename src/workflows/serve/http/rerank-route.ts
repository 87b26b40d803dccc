import { randomUUID } from "node:crypto";
import { requireShape } from "../request-schemas.ts";
import type { ScoreService } from "../score-service.ts";
import { known, type RouteContext } from "./score-route.ts";
import { UsageMeter } from "./usage.ts";

/** By which documents are judged where a request names no task. */
const RERANK_TASK = "relevance";

/** A body of `POST /v1/rerank`, as the schema has it. */
interface RerankBody {
  readonly query: string;
  readonly documents: readonly (string | { readonly text: string })[];
  readonly top_n?: number;
  readonly return_documents?: boolean;
  readonly task?: string;
}

interface Ranked {
  readonly index: number;
  readonly relevance_score: number;
}

/** `POST /v1/rerank`: documents by how well they answer a query, the best first. */
export async function rerankAnswer(
  service: ScoreService,
  value: unknown,
  context: RouteContext,
): Promise<object> {
  requireShape("rerankRequest", value);
  const { query, documents, top_n, return_documents = false, task } = value as RerankBody;
  const texts = documents.map((each) => (typeof each === "string" ? each : each.text));
  const outcomes = await known(async () =>
    service.score({
      ...context,
      items: texts.map((response) => ({ instruction: query, response })),
      task: task === undefined ? RERANK_TASK : service.taskNamed(task),
      ...{ asTexts: true, isFirstOnly: true },
    }),
  );
  const meter = new UsageMeter();
  const ranked: Ranked[] = [];
  const errors: object[] = [];
  for await (const each of outcomes) {
    meter.add(each);
    const { index, outcome } = each;
    if (outcome.kind === "score") ranked.push({ index, relevance_score: outcome.normalized });
    else errors.push({ index, code: outcome.code, message: outcome.message });
  }
  // Equal ones stay in the order in which they were given.
  ranked.sort((a, b) => b.relevance_score - a.relevance_score);
  return {
    id: `rerank-${randomUUID()}`,
    model: service.facts.judge.name,
    results: ranked.slice(0, top_n).map((each) => ({
      ...each,
      ...(return_documents && { document: { text: texts[each.index] ?? "" } }),
    })),
    errors,
    usage: meter.usage,
  };
}
