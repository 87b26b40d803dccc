import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { DEFAULT_PROMPT } from "../../../src/input/task/default-prompt.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { taskToObject } from "../../../src/input/task/task-object.ts";

const smallest = {
  name: "t",
  scale: { min: 1, max: 3 },
  criteria: [{ name: "clarity", description: "Is it clear?" }],
};

function errorOf(value: unknown): LagerError {
  try {
    parseTask(value, { file: "task.yaml" });
  } catch (error) {
    if (error instanceof LagerError) return error;
    throw error;
  }
  throw new Error("the task was accepted");
}

describe("parseTask", () => {
  it("fills in the defaults", () => {
    expect(parseTask(smallest)).toEqual({
      name: "t",
      description: "",
      scale: [
        { label: "1", value: 1 },
        { label: "2", value: 2 },
        { label: "3", value: 3 },
      ],
      criteria: [{ name: "clarity", description: "Is it clear?", anchors: {} }],
      prompt: DEFAULT_PROMPT,
      answerPrefix: "score: ",
      fields: {},
    });
  });

  it("reads every key", () => {
    const task = parseTask({
      ...smallest,
      description: " What it is. \n",
      scale: { labels: { good: 1, bad: -1, "so-so": 0.5 } },
      criteria: [{ name: "c", description: "d", anchors: { good: "fine" } }],
      prompt: "{{ response }}",
      system: "Be fair.",
      answerPrefix: "verdict:",
      fields: { response: "a.b", id: "key" },
      required: ["response"],
      human: "scores.{criterion}",
    });
    expect(task).toEqual({
      name: "t",
      description: "What it is.",
      scale: [
        { label: "bad", value: -1 },
        { label: "so-so", value: 0.5 },
        { label: "good", value: 1 },
      ],
      criteria: [{ name: "c", description: "d", anchors: { good: "fine" } }],
      prompt: "{{ response }}",
      system: "Be fair.",
      answerPrefix: "verdict:",
      fields: { response: "a.b", id: "key" },
      required: ["response"],
      human: "scores.{criterion}",
    });
  });

  it("takes labels as a list, numbers too", () => {
    const scale = {
      labels: [
        { label: 0, value: 0 },
        { label: "ten", value: 10 },
      ],
    };
    expect(parseTask({ ...smallest, scale }).scale).toEqual([
      { label: "0", value: 0 },
      { label: "ten", value: 10 },
    ]);
  });

  it("gives the same task again from its object, through JSON", () => {
    for (const extra of [
      {},
      { system: "s", required: ["response"], human: "h", fields: { id: "x" } },
      { criteria: [{ name: "c", questions: ["a?", { text: "b?", weight: 2 }] }] },
      { criteria: [{ name: "c", questions: ["a?"] }], answers: ["nein", "ja"] },
    ]) {
      const task = parseTask({ ...smallest, ...extra });
      expect(parseTask(JSON.parse(JSON.stringify(taskToObject(task))))).toEqual(task);
    }
  });

  it.each([
    ["at the top", { ...smallest, answer_prefix: "x" }, "answer_prefix", "answerPrefix"],
    ["in the scale", { ...smallest, scale: { minimum: 1, max: 2 } }, "scale.minimum", undefined],
    [
      "in a criterion",
      { ...smallest, criteria: [{ name: "c", description: "d", anchor: {} }] },
      "criteria.0.anchor",
      "anchors",
    ],
    ["in the fields", { ...smallest, fields: { respons: "x" } }, "fields.respons", "response"],
    [
      "in the labels",
      {
        ...smallest,
        scale: {
          labels: [
            { lable: "a", value: 1 },
            { label: "b", value: 2 },
          ],
        },
      },
      "scale.labels.0.lable",
      "label",
    ],
  ])("refuses an unknown key %s, and suggests the nearest", (_, value, field, nearest) => {
    const error = errorOf(value);
    expect(error.code).toBe("INVALID_TASK");
    expect(error.place).toEqual({ file: "task.yaml", field });
    expect(error.message).toContain("unknown key");
    expect(error.message).toContain("Allowed here:");
    if (nearest === undefined) expect(error.message).not.toContain("Did you mean");
    else expect(error.message).toContain(`Did you mean "${nearest}"?`);
  });

  it.each([
    ["no object", [], undefined, "a task is an object"],
    ["no name", { ...smallest, name: undefined }, "name", "missing"],
    ["a blank name", { ...smallest, name: " " }, "name", "empty"],
    ["no scale", { ...smallest, scale: undefined }, "scale", "missing"],
    ["a fraction", { ...smallest, scale: { min: 1, max: 2.5 } }, "scale.max", "whole number"],
    ["a text for a number", { ...smallest, scale: { min: "1", max: 2 } }, "scale.min", 'text "1"'],
    ["one value", { ...smallest, scale: { min: 1, max: 1 } }, "scale.max", "greater"],
    ["a huge scale", { ...smallest, scale: { min: 1, max: 1e9 } }, "scale", "at most"],
    ["both kinds", { ...smallest, scale: { min: 1, max: 2, labels: {} } }, "scale", "not both"],
    ["one label", { ...smallest, scale: { labels: { a: 1 } } }, "scale.labels", "2 to"],
    [
      "labels that descend",
      {
        ...smallest,
        scale: {
          labels: [
            { label: "a", value: 2 },
            { label: "b", value: 1 },
          ],
        },
      },
      "scale.labels.1.value",
      "ascending",
    ],
    [
      "equal values",
      { ...smallest, scale: { labels: { a: 1, b: 1 } } },
      "scale.labels",
      "same value",
    ],
    [
      "equal labels",
      {
        ...smallest,
        scale: {
          labels: [
            { label: "a", value: 1 },
            { label: "a", value: 2 },
          ],
        },
      },
      "scale.labels",
      "stands twice",
    ],
    [
      "a label with a space",
      { ...smallest, scale: { labels: { " a": 1, b: 2 } } },
      "scale.labels. a",
      "answerPrefix",
    ],
    ["no criteria", { ...smallest, criteria: [] }, "criteria", "at least 1"],
    [
      "two of one name",
      { ...smallest, criteria: [smallest.criteria[0], smallest.criteria[0]] },
      "criteria.1.name",
      "distinct",
    ],
    [
      "an anchor for no label",
      { ...smallest, criteria: [{ name: "c", description: "d", anchors: { 4: "x" } }] },
      "criteria.0.anchors.4",
      'Allowed here: "1", "2", "3"',
    ],
    ["a blank template", { ...smallest, prompt: "\n" }, "prompt", "empty"],
    ["a prefix that is no text", { ...smallest, answerPrefix: 1 }, "answerPrefix", "text"],
    [
      "a required field of no name",
      { ...smallest, required: ["answer"] },
      "required.0",
      "no text field",
    ],
  ])("refuses %s", (_, value, field, message) => {
    const error = errorOf(value);
    expect(error.code).toBe("INVALID_TASK");
    expect(error.place.field).toBe(field);
    expect(error.message).toContain(message);
  });
});
