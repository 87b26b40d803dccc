import { describe, expect, it } from "vitest";
import { lookUp } from "../../../src/input/dataset/look-up.ts";
import { parseRecord } from "../../../src/input/dataset/parse-record.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import type { Task } from "../../../src/input/task/task.ts";

function makeTask(names: readonly string[], more: Record<string, unknown> = {}) {
  return parseTask({
    name: "t",
    scale: { min: 1, max: 5 },
    criteria: names.map((name) => ({ name, description: "d" })),
    ...more,
  });
}

const texts = { instruction: "i", response: "r" };
const human = (raw: Record<string, unknown>, names = ["a", "b"], path?: string) =>
  parseRecord({ ...texts, ...raw }, makeTask(names, path === undefined ? {} : { human: path }), 1)
    .human;

describe("lookUp", () => {
  it.each([
    ["a", { a: 1 }, 1],
    ["a.b", { a: { b: 2 } }, 2],
    ["a.b", { "a.b": 3, a: { b: 2 } }, 3],
    ["a.b.c", { a: { "b.c": 4 } }, 4],
    ["a.b.c", { a: {}, "a.b": { c: 5 } }, 5],
    ["a.1", { a: [6, 7] }, 7],
    ["a.length", { a: [6, 7] }, undefined],
    ["a.b", { a: "text" }, undefined],
    ["toString", {}, undefined],
    ["__proto__.x", {}, undefined],
  ])("finds %j", (path, value, expected) => {
    expect(lookUp(value, path)).toBe(expected);
  });
});

describe("the human score", () => {
  it("is an object by criterion in `human` by default", () => {
    expect(human({ human: { a: 1, b: "2.5", c: 9 } })).toEqual({ a: 1, b: 2.5 });
    expect(human({ human: { a: [1, "2", 6], b: null } })).toEqual({ a: 3 });
    expect(human({})).toEqual({});
  });

  it("is a mean that is finite, however large the numbers are", () => {
    expect(human({ human: { a: [1.7e308, 1.7e308] } })).toEqual({ a: 1.7e308 });
    expect(human({ human: { a: [0.1, 0.2, 0.3] } })).toEqual({ a: (0.1 + 0.2 + 0.3) / 3 });
  });

  it("is one number only for a task of one criterion", () => {
    expect(human({ human: 4 }, ["a"])).toEqual({ a: 4 });
    expect(human({ human: [4, 5] }, ["a"])).toEqual({ a: 4.5 });
    expect(human({ human: 4 })).toEqual({});
    expect(human({ human: { other: 1 } }, ["a"])).toEqual({});
  });

  it("is where the task says", () => {
    expect(human({ scores: { a: 2, b: 3 } }, ["a", "b"], "scores.{criterion}")).toEqual({
      a: 2,
      b: 3,
    });
    expect(human({ a_score: 2 }, ["a"], "{criterion}_score")).toEqual({ a: 2 });
    expect(human({ emotion: "6" }, ["a"], "emotion")).toEqual({ a: 6 });
    expect(human({ scores: { a: 2 } }, ["a", "b"], "scores")).toEqual({ a: 2 });
  });

  it.each([["high"], [true], [["1", "x"]], [{ deep: 1 }], [" "], ["Infinity"]])(
    "is no number: %j",
    (value) => {
      expect(() => human({ human: { a: value } })).toThrow(
        expect.objectContaining({ code: "INVALID_FIELD" }),
      );
    },
  );
});

describe("parseRecord", () => {
  it("maps fields, and asks for those that the task needs", () => {
    const task = makeTask(["a"], {
      fields: { response: "out.text", id: "key" },
      required: ["response", "reference"],
    });
    const raw = { key: "k", out: { text: "r" }, reference: "f" };
    expect(parseRecord(raw, task, 1)).toMatchObject({ id: "k", instruction: "", response: "r" });
    const field = (value: unknown) => {
      try {
        parseRecord(value, task, 1);
      } catch (error) {
        return (error as { place: { field: string } }).place.field;
      }
      return undefined;
    };
    expect(field({ ...raw, reference: undefined })).toBe("reference");
    expect(field({ ...raw, out: {} })).toBe("out.text");
    expect(field({ ...raw, key: undefined })).toBe("key");
  });

  it("refuses an id too long to be kept", () => {
    expect(() => parseRecord({ ...texts, id: "x".repeat(513) }, makeTask(["a"]), 1)).toThrow(/512/);
    expect(parseRecord({ ...texts, id: "x".repeat(512) }, makeTask(["a"]), 1).id).toHaveLength(512);
  });

  it("reads records of topical-chat", async () => {
    const raw = {
      source: "hi \n hello \n\n",
      system_id: "s",
      system_output: "so , ever been to space ?",
      context: "_nofact\n",
      scores: {
        understandability: 1,
        naturalness: 2.5,
        coherence: 3,
        engagingness: 1,
        groundedness: 0,
        overall: 4,
      },
    };
    expect(parseRecord(raw, await loadTask("topical-chat"), 3)).toEqual({
      kind: "record",
      id: "3",
      instruction: raw.source,
      response: raw.system_output,
      reference: "",
      context: raw.context,
      human: {
        understandability: 1,
        naturalness: 2.5,
        coherence: 3,
        engagingness: 1,
        groundedness: 0,
      },
      systemId: "s",
      group: expect.stringMatching(/^[0-9a-f]{16}$/),
      place: { record: "3" },
      raw,
    });
  });

  it("reads records of emotion, whose one criterion has its score at the top", async () => {
    const raw = { dialogue: "A: Hi.", human: "A", emotion: "Joy", emotion_score: "6" };
    const task = await loadTask("emotion");
    const record = parseRecord(raw, task, 1);
    expect(record).toMatchObject({ response: "A: Hi.", human: { intensity: 6 } });
    // The emotions of one dialogue belong together.
    expect(parseRecord({ ...raw, emotion: "Fear" }, task, 2).group).toBe(record.group);
    expect(parseRecord({ ...raw, dialogue: "B: Hi." }, task, 3).group).not.toBe(record.group);
  });

  it("groups records by their instruction, or by the field that the task names", () => {
    const group = (raw: object, task: Task) =>
      parseRecord({ instruction: "i", response: "r", ...raw }, task, 1).group;
    const task = makeTask(["a"]);
    expect(group({ response: "other" }, task)).toBe(group({}, task));
    expect(group({ instruction: "j" }, task)).not.toBe(group({}, task));
    const named = { ...task, fields: { group: "thread" } };
    expect(group({ thread: 12 }, named)).toBe("12");
    expect(() => group({}, named)).toThrow(
      expect.objectContaining({ code: "INVALID_FIELD", place: { record: "1", field: "thread" } }),
    );
  });

  it("names the system of a response where there is one", () => {
    const system = (raw: object) =>
      parseRecord({ instruction: "i", response: "r", ...raw }, makeTask(["a"]), 1).systemId;
    expect(system({ system_id: "gpt" })).toBe("gpt");
    expect(system({ system_id: 3 })).toBe("3");
    expect(system({ system_id: "" })).toBeUndefined();
    expect(system({})).toBeUndefined();
  });
});
