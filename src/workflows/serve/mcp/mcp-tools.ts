import type { JsonObject } from "../../../base/json.ts";
import { meanNormalized } from "../../../scoring/score/mean-normalized.ts";
import { requireShape, SERVE_DEFINITIONS } from "../request-schemas.ts";
import type { ServedFailure, ServedScore } from "../result.ts";
import type { IndexedOutcome, ScoreService } from "../score-service.ts";

/** A tool that a model may call. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Name of its arguments' definition in the schema. */
  readonly definition: string;
  readonly call: (service: ScoreService, given: never, signal: AbortSignal) => Promise<JsonObject>;
}

/** What the tools' arguments have in common. */
interface Asked {
  readonly instruction: string;
  readonly reference?: string;
  readonly context?: string;
  readonly task?: string;
  readonly criteria?: readonly string[];
}

type Outcome = ServedScore | ServedFailure;

/** How one of several responses fares. */
interface ComparedResponse {
  /** Of the response, counted from 0. */
  readonly index: number;
  /** Mean of its criteria's normalized scores, 0 to 1; null where one of them has no score. */
  readonly mean: number | null;
  readonly outcomes: readonly Outcome[];
}

/** The tools, in the order in which a model is told of them. */
export const MCP_TOOLS: readonly McpTool[] = [
  {
    name: "score_response",
    title: "Score a response",
    description:
      "Scores one response to an instruction with a local judge, on each criterion of a task: the expected score, the " +
      "same between 0 and 1 (normalized), and the judge's distribution over the labels.",
    definition: "scoreResponseTool",
    call: async (service, { response, ...asked }: Asked & { response: string }, signal) => {
      const [outcomes = []] = await outcomesOf(service, asked, [response], signal);
      return { judge: service.facts.judge.name, task: nameOf(service, asked), outcomes };
    },
  },
  {
    name: "compare_responses",
    title: "Compare responses",
    description:
      "Scores several responses to one instruction with a local judge, and ranks them by the mean of their normalized " +
      "scores, the best first. Each is scored alone: their order does not matter.",
    definition: "compareResponsesTool",
    call: async (
      service,
      { responses, ...asked }: Asked & { responses: readonly string[] },
      signal,
    ) => {
      const outcomes = await outcomesOf(service, asked, responses, signal);
      const ranking = outcomes
        .map(
          (each, index): ComparedResponse => ({
            index,
            mean: meanNormalized(each),
            outcomes: each,
          }),
        )
        .sort((a, b) => (b.mean ?? -1) - (a.mean ?? -1));
      return { judge: service.facts.judge.name, task: nameOf(service, asked), ranking };
    },
  },
  {
    name: "list_tasks",
    title: "List tasks",
    description: "Lists the tasks by which responses can be scored: their criteria and scales.",
    definition: "listTasksTool",
    call: async (service) => ({ tasks: await service.tasks() }),
  },
];

/** The JSON Schema of a tool's arguments. */
export function inputSchemaOf({ definition }: McpTool): JsonObject {
  return SERVE_DEFINITIONS[definition] ?? {};
}

/**
 * Calls a tool.
 *
 * @throws LagerError `INVALID_ARGUMENT` for arguments that are not as its schema says, and as
 *   `ScoreService.score`.
 */
export async function callTool(
  service: ScoreService,
  tool: McpTool,
  given: unknown,
  signal: AbortSignal,
): Promise<JsonObject> {
  requireShape(tool.definition, given);
  return tool.call(service, given as never, signal);
}

/** Outcomes of each response. */
async function outcomesOf(
  service: ScoreService,
  { task, criteria, ...texts }: Asked,
  responses: readonly string[],
  signal: AbortSignal,
): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = responses.map(() => []);
  const found: AsyncIterable<IndexedOutcome> = await service.score({
    items: responses.map((response) => ({ ...texts, response })),
    ...{ criteria, signal, asTexts: true, task: service.taskNamed(task) },
  });
  for await (const { index, outcome } of found) outcomes[index]?.push(outcome);
  return outcomes;
}

function nameOf({ facts }: ScoreService, { task }: Asked): string {
  return task ?? facts.task.name;
}
