import { isObject } from "../../base/json.ts";
import type { ScaleLabel } from "./task.ts";
import type { TaskPath, TaskReader } from "./task-reader.ts";

/** More labels than this are surely a slip: each label costs one row of the LM head per layer. */
const MOST_LABELS = 1000;

/**
 * Reads a scale: `{min, max}` (the whole numbers between them), `{labels: [{label, value}, …]}` or
 * `{labels: {label: value, …}}`. The result ascends by value. The list alone is what a parsed task
 * holds, so that a task can be read again.
 */
export function parseScale(value: unknown, path: TaskPath, read: TaskReader): ScaleLabel[] {
  if (Array.isArray(value)) {
    const list = labelsOfList(value, path, read);
    checkDistinct(list, path, read);
    return list;
  }
  const scale = read.object(value, path, ["min", "max", "labels"]);
  if (scale.labels === undefined) return wholeNumbers(scale, path, read);
  if (scale.min !== undefined || scale.max !== undefined) {
    throw read.invalid(path, 'a scale has either "min" and "max", or "labels", not both');
  }
  const labels = isObject(scale.labels)
    ? labelsOfMap(scale.labels, [...path, "labels"], read)
    : labelsOfList(scale.labels, [...path, "labels"], read);
  checkDistinct(labels, [...path, "labels"], read);
  return labels;
}

function wholeNumbers(scale: Record<string, unknown>, path: TaskPath, read: TaskReader) {
  const min = wholeNumber(scale.min, [...path, "min"], read);
  const max = wholeNumber(scale.max, [...path, "max"], read);
  if (max <= min) {
    throw read.invalid([...path, "max"], `"max" (${max}) must be greater than "min" (${min})`);
  }
  if (max - min >= MOST_LABELS) {
    throw read.invalid(path, `a scale has at most ${MOST_LABELS} labels`);
  }
  return Array.from({ length: max - min + 1 }, (_, index) => ({
    label: String(min + index),
    value: min + index,
  }));
}

function wholeNumber(value: unknown, path: TaskPath, read: TaskReader): number {
  const number = read.number(value, path);
  if (!Number.isSafeInteger(number)) {
    throw read.invalid(path, `this must be a whole number, but it is ${number}`);
  }
  return number;
}

/** The keys of a map have no order of their own, so the values give it. */
function labelsOfMap(map: Record<string, unknown>, path: TaskPath, read: TaskReader): ScaleLabel[] {
  return Object.entries(map)
    .map(([label, value]) => ({
      label: parseLabel(label, [...path, label], read),
      value: read.number(value, [...path, label]),
    }))
    .sort((a, b) => a.value - b.value);
}

function labelsOfList(value: unknown, path: TaskPath, read: TaskReader): ScaleLabel[] {
  const labels = read.list(value, path, 2).map((element, index) => {
    const entry = read.object(element, [...path, index], ["label", "value"]);
    return {
      label: parseLabel(entry.label, [...path, index, "label"], read),
      value: read.number(entry.value, [...path, index, "value"]),
    };
  });
  for (const [index, { label, value }] of labels.entries()) {
    const before = labels[index - 1];
    if (before !== undefined && value < before.value) {
      throw read.invalid(
        [...path, index, "value"],
        `labels are listed by ascending value: ${JSON.stringify(label)} (${value}) stands after ` +
          `${JSON.stringify(before.label)} (${before.value})`,
      );
    }
  }
  return labels;
}

function parseLabel(value: unknown, path: TaskPath, read: TaskReader): string {
  const label = typeof value === "number" ? String(value) : read.text(value, path);
  if (label === "" || label !== label.trim()) {
    throw read.invalid(
      path,
      `a label is a text without white space around it, and this is ${JSON.stringify(label)}; ` +
        'a space in front of the labels belongs at the end of "answerPrefix"',
    );
  }
  return label;
}

function checkDistinct(labels: readonly ScaleLabel[], path: TaskPath, read: TaskReader): void {
  if (labels.length < 2 || labels.length > MOST_LABELS) {
    throw read.invalid(
      path,
      `a scale has 2 to ${MOST_LABELS} labels, and this has ${labels.length}`,
    );
  }
  const seen = new Set<string>();
  for (const [index, { label, value }] of labels.entries()) {
    if (seen.has(label)) throw read.invalid(path, `label ${JSON.stringify(label)} stands twice`);
    seen.add(label);
    const before = labels[index - 1];
    if (before !== undefined && before.value === value) {
      throw read.invalid(
        path,
        `labels ${JSON.stringify(before.label)} and ${JSON.stringify(label)} have the same value ${value}`,
      );
    }
  }
}
