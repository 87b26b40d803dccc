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
  /** What the question counts in the criterion's score. */
  readonly share?: number;
}

/** What is asked to score a response on a criterion: one thing, or all questions of a checklist. */
export function askedOf(criterion: Criterion, task: Pick<Task, "answers">): readonly Asked[] {
  const questions = sharedQuestions(criterion, task);
  if (questions === null) return [criterion];
  return questions.map(({ text, share }) => ({ ...criterion, question: text, share }));
}

/** A question, and what it counts in its criterion's score. */
export interface SharedQuestion {
  readonly text: string;
  readonly share: number;
}

/** {@link questionsOf} with what each counts. */
export function sharedQuestions(
  criterion: Pick<Criterion, "description" | "questions">,
  task: Pick<Task, "answers">,
): readonly SharedQuestion[] | null {
  const questions = questionsOf(criterion, task);
  if (questions === null) return null;
  const shares = questionShares(questions);
  return questions.map(({ text }, i) => ({ text, share: shares[i] as number }));
}

/** The same of the criterion of that name; none where the task has no such criterion or no questions. */
export function questionsByName(
  task: Pick<Task, "criteria" | "answers">,
  name: string,
): readonly SharedQuestion[] {
  const criterion = task.criteria.find((each) => each.name === name);
  return (criterion && sharedQuestions(criterion, task)) ?? [];
}

/** What each question counts in the criterion's score; their sum is 1. Shape [questions]. */
export function questionShares(questions: readonly Question[]): number[] {
  const sum = questions.reduce((total, { weight }) => total + weight, 0);
  return questions.map(({ weight }) => weight / sum);
}
