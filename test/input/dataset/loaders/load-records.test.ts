import { describe, expect, it } from "vitest";
import { readRecords } from "../../../../src/input/dataset/dataset.ts";
import type { DatasetRecord } from "../../../../src/input/dataset/record.ts";
import { PromptRenderer } from "../../../../src/input/prompt/prompt-renderer.ts";
import { builtinTaskNames, loadTask } from "../../../../src/input/task/load-task.ts";
import type { RecordLoader } from "../../../../src/input/task/record-loaders.ts";
import { collect } from "../../../support/collect.ts";
import { placeOf } from "../../../support/failure-place.ts";
import { fileScratchFolder } from "../../../support/scratch.ts";
import { writeRecords } from "../../../support/write-records.ts";
import { firstCriterion } from "../../prompt/make-record.ts";
import { PUBLISHED_FILES } from "../published-records.ts";

const folder = fileScratchFolder();

type Row = Readonly<Record<string, unknown>>;

describe("the published format of", () => {
  it("every built-in task is tried", () => {
    expect([...new Set(PUBLISHED_FILES.map(({ task }) => task))].sort()).toEqual(
      [...builtinTaskNames()].sort(),
    );
  });

  it.each(PUBLISHED_FILES)("$task in $format", async ({ task: name, format, rows, records }) => {
    const task = await loadTask(name);
    const entries = await collect(readRecords(await writeRecords(folder, format, rows), task));
    const found = entries.map((entry) => {
      if (entry.kind === "failure") throw new Error(entry.message);
      return entry;
    });
    expect(found.map(brief)).toEqual(
      records.map(({ shows: _, ...record }) => expect.objectContaining(record)),
    );
    const renderer = new PromptRenderer(task);
    for (const [index, record] of found.entries()) {
      const { user } = renderer.render(firstCriterion(task), record);
      for (const part of records[index]?.shows ?? []) expect(user).toContain(part);
    }
  });
});

function brief(record: DatasetRecord) {
  const { id, human, instruction, response, context, reference, systemId, group } = record;
  return {
    ...{ id, human, instruction, response, context, reference, group },
    ...(systemId !== undefined && { system: systemId }),
  };
}

describe("a record that is not of the published format", () => {
  it.each<[RecordLoader, string, Row, string]>([
    ["hanna", "hanna", { "Story ID": "1", Prompt: "p", Story: "s", Model: "m" }, "Relevance"],
    ["mt-bench", "mt-bench-human", { question_id: 1, turn: 3 }, "turn"],
    ["prometheus", "biggen", { input: "i", response: "r", score_rubric: {} }, "criteria"],
    ["prometheus", "feedback-bench", { instruction: "i", response: "r" }, "rubric"],
    ["instruction-data", "instruction-data", { instruction: "i" }, "output"],
    ["self-aware", "knowledge", { question: "q", answerable: "yes" }, "answerable"],
    ["qags", "qags", { article: "a", summary_sentences: [] }, "summary_sentences"],
    ["summeval", "summeval", { id: "1", decoded: "d" }, "text"],
    ["topical-chat", "topical-chat", { context: "c", fact: "f", responses: [{}] }, "response"],
  ])(
    "fails in the loader %s of %s with its field, and the rest goes on",
    async (_, name, row, field) => {
      const task = await loadTask(name);
      const good = PUBLISHED_FILES.find((file) => file.task === name);
      const rows = [row, ...(good?.rows ?? [])];
      const [first, ...others] = await collect(
        readRecords(await writeRecords(folder, "jsonl", rows), task),
      );
      if (first?.kind !== "failure") throw new Error("a failure was expected");
      expect(first.code).toBe("INVALID_FIELD");
      expect(placeOf(first)).toEqual({ line: 1, field });
      expect(others).toHaveLength(good?.records.length ?? -1);
      expect(others.every((entry) => entry.kind === "record")).toBe(true);
    },
  );
});
