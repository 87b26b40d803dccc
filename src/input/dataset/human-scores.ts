import type { ErrorPlace } from "../../base/errors.ts";
import { LagerError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import type { ScaleLabel, Task } from "../task/task.ts";
import { lookUp } from "./look-up.ts";

/**
 * Mean human score by criterion name; criteria that nobody scored are left out. See `Task.human`.
 *
 * One value for a task with several criteria says nothing about any of them, and is left out.
 *
 * @throws LagerError INVALID_FIELD for a value that is no number
 */
export function humanScores(
  raw: Readonly<Record<string, unknown>>,
  task: Task,
  place: ErrorPlace,
): Record<string, number> {
  const scores: [string, number][] = [];
  for (const { name } of task.criteria) {
    const { path, value } = findHumanScore(raw, task, name);
    const score = meanScore(value, task.scale, () => ({ ...place, field: path }));
    if (score !== undefined) scores.push([name, score]);
  }
  return Object.fromEntries(scores);
}

function findHumanScore(
  raw: Readonly<Record<string, unknown>>,
  task: Task,
  criterion: string,
): { path: string; value: unknown } {
  const template = task.human ?? "human";
  if (template.includes("{criterion}")) {
    const path = template.replaceAll("{criterion}", () => criterion);
    return { path, value: lookUp(raw, path) };
  }
  const path = `${template}.${criterion}`;
  const value = lookUp(raw, path);
  if (value !== undefined || task.criteria.length > 1) return { path, value };
  const whole = lookUp(raw, template);
  return { path: template, value: isObject(whole) ? undefined : whole };
}

/** A score that is not there is `undefined`; one that cannot be read is an error. */
function meanScore(
  value: unknown,
  scale: readonly ScaleLabel[],
  place: () => ErrorPlace,
): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) return undefined;
  const scores = list.map((each) => scoreNumber(each, scale, place));
  const mean = scores.reduce((total, score) => total + score, 0) / scores.length;
  // The sum of numbers near the largest that there are is none, their mean is.
  return Number.isFinite(mean)
    ? mean
    : scores.reduce((total, score) => total + score / scores.length, 0);
}

/** A number, the text of one, or a label of the scale; of a scale from 0 to 1 also a truth value. */
function scoreNumber(
  value: unknown,
  scale: readonly ScaleLabel[],
  place: () => ErrorPlace,
): number {
  const isTruthScale = scale.length === 2 && scale[0]?.value === 0 && scale[1]?.value === 1;
  if (typeof value === "boolean" && isTruthScale) return value ? 1 : 0;
  const label = scale.find((each) => each.label === value);
  if (label !== undefined) return label.value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new LagerError(
    "INVALID_FIELD",
    `a human score is a number, a label of the scale, or a list of them, but this is ${JSON.stringify(value)}`,
    { place: place() },
  );
}
