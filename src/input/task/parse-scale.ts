import { isObject } from "../../base/json.ts";
import type { JsonFields } from "../../base/json-fields.ts";
import type { ScaleLabel } from "./task.ts";

/** More labels than this are surely a slip: each label costs one row of the LM head per layer. */
const MOST_LABELS = 1000;

/**
 * Reads a task's scale: `{min, max}` (the whole numbers between them), `{labels: [{label, value}, …]}`
 * or `{labels: {label: value, …}}`. The result ascends by value. The list alone is what a parsed task
 * holds, so that a task can be read again.
 */
export function parseScale(task: JsonFields): ScaleLabel[] {
  if (Array.isArray(task.value("scale"))) return labelsOfList(task, "scale");
  const scale = task.object("scale").only(["min", "max", "labels"]);
  if (!scale.has("labels")) return wholeNumbers(scale);
  if (scale.has("min") || scale.has("max")) {
    throw scale.invalid([], 'a scale has either "min" and "max", or "labels", not both');
  }
  return isObject(scale.value("labels"))
    ? labelsOfMap(scale, "labels")
    : labelsOfList(scale, "labels");
}

function wholeNumbers(scale: JsonFields): ScaleLabel[] {
  const min = scale.integer("min");
  const max = scale.integer("max");
  if (max <= min) {
    throw scale.invalid("max", `"max" (${max}) must be greater than "min" (${min})`);
  }
  if (max - min >= MOST_LABELS) {
    throw scale.invalid([], `a scale has at most ${MOST_LABELS} labels`);
  }
  return Array.from({ length: max - min + 1 }, (_, index) => ({
    label: String(min + index),
    value: min + index,
  }));
}

/** The keys of a map have no order of their own, so the values give it. */
function labelsOfMap(fields: JsonFields, name: string): ScaleLabel[] {
  const map = fields.object(name);
  const labels = Object.keys(map.all)
    .map((label) => ({ label: checkLabel(label, map, label), value: map.number(label) }))
    .sort((a, b) => a.value - b.value);
  return checkDistinct(labels, fields, name);
}

function labelsOfList(fields: JsonFields, name: string): ScaleLabel[] {
  const labels = fields.objects(name, 2).map((entry) => {
    entry.only(["label", "value"]);
    const label = entry.value("label");
    const text = typeof label === "number" ? String(label) : entry.string("label");
    return { label: checkLabel(text, entry, "label"), value: entry.number("value") };
  });
  for (const [index, { label, value }] of labels.entries()) {
    const before = labels[index - 1];
    if (before !== undefined && value < before.value) {
      throw fields.invalid(
        [name, index, "value"],
        `labels are listed by ascending value: ${JSON.stringify(label)} (${value}) stands after ` +
          `${JSON.stringify(before.label)} (${before.value})`,
      );
    }
  }
  return checkDistinct(labels, fields, name);
}

/** @throws LagerError for a label with white space around it. */
export function checkLabel(label: string, fields: JsonFields, name: string): string {
  if (label === "" || label !== label.trim()) {
    throw fields.invalid(
      name,
      `a label is a text without white space around it, and this is ${JSON.stringify(label)}; ` +
        'a space in front of the labels belongs at the end of "answerPrefix"',
    );
  }
  return label;
}

function checkDistinct(labels: ScaleLabel[], fields: JsonFields, name: string): ScaleLabel[] {
  if (labels.length < 2 || labels.length > MOST_LABELS) {
    throw fields.invalid(
      name,
      `a scale has 2 to ${MOST_LABELS} labels, and this has ${labels.length}`,
    );
  }
  const seen = new Set<string>();
  for (const [index, { label, value }] of labels.entries()) {
    if (seen.has(label)) throw fields.invalid(name, `label ${JSON.stringify(label)} stands twice`);
    seen.add(label);
    const before = labels[index - 1];
    if (before !== undefined && before.value === value) {
      throw fields.invalid(
        name,
        `labels ${JSON.stringify(before.label)} and ${JSON.stringify(label)} have the same value ${value}`,
      );
    }
  }
  return labels;
}
