import { type ErrorCode, errorMessage, LagerError } from "../../base/errors.ts";
import { judgedScale } from "../../input/task/checklist.ts";
import type { Task } from "../../input/task/task.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";
import type { ServedFailure, ServedScore, TaskFacts } from "./result.ts";

/** What a client is told of an outcome. */
export function servedOutcome(outcome: Outcome): ServedScore | ServedFailure {
  if (outcome.kind === "failure") {
    const { kind, id, criterion, code, message } = outcome;
    return { kind, id, criterion, code, message };
  }
  const { kind, id, criterion, score, normalized, vanilla, eScore, lager } = outcome;
  const { labels, values, probabilities, entropy, standardDeviation, scoreMass } = outcome;
  const { inputHash, promptTokens, reusedTokens, questions, generated } = outcome;
  return {
    ...{ kind, id, criterion, score, normalized, vanilla, eScore, lager },
    ...{ labels, values, probabilities, entropy, standardDeviation, scoreMass },
    ...{ inputHash, promptTokens, reusedTokens },
    ...(questions !== undefined && {
      questions: questions.map((each) => ({
        score: each.score,
        probabilities: each.probabilities,
        scoreMass: each.scoreMass,
      })),
    }),
    ...(generated !== undefined && { generated }),
  };
}

/** What a client is told of an error. */
export function servedError(error: unknown): {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
} {
  if (!(error instanceof LagerError)) return { code: "INTERNAL", message: errorMessage(error) };
  const { code, message, place } = error;
  return { code, message, ...(place.field !== undefined && { field: place.field }) };
}

/** What a client is told of a task. */
export function taskFacts(task: Task): TaskFacts {
  const { name, criteria, scale } = task;
  const judged = judgedScale(task);
  return {
    name,
    criteria: criteria.map((each) => ({ name: each.name, description: each.description })),
    scale: { min: scale[0]?.value ?? Number.NaN, max: scale.at(-1)?.value ?? Number.NaN },
    labels: judged.map(({ label }) => label),
    values: judged.map(({ value }) => value),
  };
}
