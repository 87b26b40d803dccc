import { describe, expect, it } from "vitest";
import { LagerError } from "../../src/base/errors.ts";
import { isString } from "../../src/base/json.ts";
import { JsonFields, type JsonPath } from "../../src/base/json-fields.ts";

const SOURCE = { code: "INVALID_TASK", whole: "a task", place: { file: "t.json" } } as const;

function read(value: unknown): JsonFields {
  return new JsonFields(value, SOURCE);
}

function errorOf(what: () => unknown): LagerError {
  try {
    what();
  } catch (error) {
    if (error instanceof LagerError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const ALL = {
  text: " x ",
  blank: " ",
  number: 0.1,
  whole: 3,
  nothing: null,
  list: ["a", 1],
  texts: ["a", "b"],
  numbers: [1, 2.5],
  object: { inner: [{ deep: 1 }, 5] },
};

describe("JsonFields", () => {
  it("gives values of the kind that is asked for", () => {
    const fields = read(ALL);
    expect(fields.string("text")).toBe(" x ");
    expect(fields.filledString("text")).toBe("x");
    expect(fields.number("number")).toBe(0.1);
    expect(fields.float32("number")).toBe(Math.fround(0.1));
    expect(fields.integer("whole")).toBe(3);
    expect(fields.integer("whole", 3)).toBe(3);
    expect(fields.list("list", 2)).toEqual(["a", 1]);
    expect(fields.strings("texts")).toEqual(["a", "b"]);
    expect(fields.numbers("numbers", 2)).toEqual([1, 2.5]);
    expect(fields.oneOf("text", ["y", " x "])).toBe(" x ");
    expect(fields.has("nothing")).toBe(true);
    expect(fields.has("absent")).toBe(false);
    expect(read({ a: 1, b: 2 }).map((each, name) => each.number(name) * 2)).toEqual({ a: 2, b: 4 });
  });

  it.each<[string, (fields: JsonFields) => unknown, string, string]>([
    ["what is missing", (f) => f.string("absent"), "absent", "this is missing; it must be a text"],
    ["a number for a text", (f) => f.string("whole"), "whole", "a text, but it is number 3"],
    ["a blank text", (f) => f.filledString("blank"), "blank", "empty"],
    ["a text for a number", (f) => f.number("text"), "text", 'a number, but it is the text " x "'],
    ["a fraction", (f) => f.integer("number"), "number", "a whole number, but it is number 0.1"],
    ["too small a number", (f) => f.integer("whole", 4), "whole", "whole number of at least 4"],
    ["no list", (f) => f.list("object"), "object", "a list, but it is an object"],
    ["a short list", (f) => f.list("list", 3), "list", "needs at least 3, and has 2"],
    [
      "an element",
      (f) => f.array("list", isString, "a list of texts"),
      "list",
      "a list of texts, but element 1 is number 1",
    ],
    ["too few numbers", (f) => f.numbers("numbers", 3), "numbers", "must be 3 numbers, and has 2"],
    ["another text", (f) => f.oneOf("text", ["a", "b"]), "text", "must be one of a, b"],
    ["null for an object", (f) => f.object("nothing"), "nothing", "an object, but it is empty"],
    ["no object in a list", (f) => f.object("object").objects("inner"), "object.inner.1", "object"],
    [
      "what is deep inside",
      () =>
        read({ a: [{ b: {} }] })
          .objects("a")[0]
          ?.object("b")
          .string("c"),
      "a.0.b.c",
      "missing",
    ],
    ["an unknown key", (f) => f.only(["number"]), "text", "Allowed here"],
  ])("names the field of %s", (_, what, field, message) => {
    const error = errorOf(() => what(read(ALL)));
    expect(error.code).toBe("INVALID_TASK");
    expect(error.place).toEqual({ file: "t.json", field });
    expect(error.message).toContain(message);
  });

  it("suggests the nearest of the keys that there are", () => {
    const error = errorOf(() => read({ nmae: 1 }).only(["name", "scale"]));
    expect(error.message).toContain('Did you mean "name"? Allowed here: "name", "scale"');
  });

  it("calls the outermost object by its name, and no field", () => {
    const error = errorOf(() => read([]));
    expect(error.place).toEqual({ file: "t.json" });
    expect(error.message).toContain("a task is an object, but this is a list");
  });

  it("shows no more of a long text than tells it", () => {
    expect(errorOf(() => read({ a: "x".repeat(1000) }).number("a")).message.length).toBeLessThan(
      200,
    );
  });

  it("asks for the line by the path of keys and indices", () => {
    const asked: JsonPath[] = [];
    const lineOf = (path: JsonPath) => {
      asked.push(path);
      return 7;
    };
    const fields = new JsonFields({ a: [{ b: 1 }] }, { ...SOURCE, lineOf });
    const error = errorOf(() => fields.objects("a")[0]?.string("b"));
    expect(asked).toEqual([["a", 0, "b"]]);
    expect(error.place).toEqual({ file: "t.json", line: 7, field: "a.0.b" });
  });
});
