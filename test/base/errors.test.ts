import { describe, expect, it } from "vitest";
import { errorMessage, LagerError } from "../../src/base/errors.ts";

describe("LagerError.at", () => {
  it("says where, and keeps what the error knew itself", () => {
    const cause = new Error("underneath");
    const error = new LagerError("UNSAFE_PROMPT", "it is not safe", {
      place: { record: "a", field: "response" },
      cause,
    }).at({ file: "data.jsonl", line: 7, record: "other" });
    expect(error).toMatchObject({
      code: "UNSAFE_PROMPT",
      message: 'data.jsonl:7, record "a", field "response": it is not safe',
      place: { file: "data.jsonl", line: 7, record: "a", field: "response" },
      cause,
    });
    expect(error.stack).toContain("data.jsonl:7");
  });

  it("says nothing twice", () => {
    const place = { file: "data.jsonl", line: 7 };
    const error = new LagerError("PROMPT_TOO_LONG", "too long").at(place).at(place);
    expect(error.message).toBe("data.jsonl:7: too long");
  });
});

describe("LagerError.place", () => {
  it("has only what is known", () => {
    const error = new LagerError("INVALID_RUN", "it is wrong", {
      place: { file: "run.jsonl", line: undefined, field: undefined },
    });
    expect(Object.keys(error.place)).toEqual(["file"]);
    expect(error.message).toBe("run.jsonl: it is wrong");
    // What is not known can still be told.
    expect(error.at({ file: undefined, line: 3 }).place).toEqual({ file: "run.jsonl", line: 3 });
  });
});

describe("errorMessage", () => {
  it("is the message of an error, and anything else that was thrown as text", () => {
    expect(errorMessage(new TypeError("not so"))).toBe("not so");
    expect(["a text", undefined, 7].map(errorMessage)).toEqual(["a text", "undefined", "7"]);
  });
});
