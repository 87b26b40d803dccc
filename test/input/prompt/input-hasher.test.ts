import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../src/input/dataset/parse-record.ts";
import { InputHasher } from "../../../src/input/prompt/input-hasher.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";

const TASK = parseTask({
  name: "hashed",
  scale: { min: 1, max: 3 },
  prompt: "{{ instruction }} {{ response }} {{ context }} {{ criterion.name }}",
  criteria: [
    { name: "clarity", description: "Is it clear?" },
    { name: "depth", description: "Is it deep?" },
  ],
});
const [CLARITY, DEPTH] = TASK.criteria as [(typeof TASK.criteria)[0], (typeof TASK.criteria)[0]];
const ITEM = { id: "a", instruction: "Why?", response: "Because." };

function hash(item: object, criterion = CLARITY, task = TASK): string {
  return new InputHasher(task, "prefill").hash(criterion, parseRecord(item, task, 1));
}

describe("the hash of what an item is scored from", () => {
  it("is the same for what the judge is shown, whatever else the record says", () => {
    const expected = hash(ITEM);
    expect(expected).toMatch(/^[0-9a-f]{16}$/);
    // As it was when runs with it were first written: a change scores every run anew.
    expect(expected).toBe("b46b250629599745");
    const same = { response: "Because.", other: 1, instruction: "Why?", id: "z", score: 3 };
    expect(hash(same)).toBe(expected);
  });

  it.each([
    ["the response", { ...ITEM, response: "Because!" }],
    ["the instruction", { ...ITEM, instruction: "How?" }],
    ["a field that comes to it", { ...ITEM, context: "Said a child." }],
  ])("is another for a change of %s", (_, item) => {
    expect(hash(item)).not.toBe(hash(ITEM));
  });

  it("is another for another criterion, and for a system turn", () => {
    expect(hash(ITEM, DEPTH)).not.toBe(hash(ITEM));
    const withSystem = { ...TASK, system: "You grade." };
    expect(hash(ITEM, CLARITY, withSystem)).not.toBe(hash(ITEM));
  });

  it("is that of the record where the templates fail", () => {
    const task = { ...TASK, prompt: "{{ record.list | join(3) }}{{ record.list.missing.deep }}" };
    const one = hash(ITEM, CLARITY, task);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(hash({ ...ITEM, response: "Other." }, CLARITY, task)).not.toBe(one);
    expect(hash({ ...ITEM }, CLARITY, task)).toBe(one);
  });
});
