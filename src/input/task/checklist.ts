import type { Criterion, Question, ScaleLabel, Task } from "./task.ts";

/** What the judge answers a checklist's questions with, unless the task says otherwise. */
export const DEFAULT_ANSWERS = ["no", "yes"] as const;

/** Whether criteria of the task are read from answers to questions. */
export function isChecklist({ answers }: Pick<Task, "answers">): boolean {
  return answers !== undefined;
}

/**
 * The labels that the judge may write, in ascending order of their values: the scale's, or of a
 * checklist the two answers, which count what the scale's ends do.
 */
export function judgedScale({ scale, answers }: Pick<Task, "scale" | "answers">): ScaleLabel[] {
  if (answers === undefined) return [...scale];
  return answers.map((label, i) => ({ label, value: scale.at(-i)?.value ?? Number.NaN }));
}

/** The questions of a criterion; null where the task has none, and the scale itself is asked for. */
export function questionsOf(
  criterion: Pick<Criterion, "description" | "questions">,
  task: Pick<Task, "answers">,
): readonly Question[] | null {
  if (!isChecklist(task)) return null;
  return criterion.questions ?? [{ text: criterion.description, weight: 1 }];
}

/** What one prompt asks of a response. */
export interface Asked extends Criterion {
  /** Of a checklist; without one, where the response stands on the criterion's scale. */
  readonly question?: string;
}

/** What is asked to score a response on a criterion: one thing, or all questions of a checklist. */
export function askedOf(criterion: Criterion, task: Pick<Task, "answers">): readonly Asked[] {
  const questions = questionsOf(criterion, task);
  if (questions === null) return [criterion];
  return questions.map(({ text }) => ({ ...criterion, question: text }));
}

/** What each question counts in the criterion's score; their sum is 1. Shape [questions]. */
export function questionShares(questions: readonly Question[]): number[] {
  const sum = questions.reduce((total, { weight }) => total + weight, 0);
  return questions.map(({ weight }) => weight / sum);
}
