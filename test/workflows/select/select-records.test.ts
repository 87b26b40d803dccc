import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { formatRunLine } from "../../../src/run/format-run-line.ts";
import { selectRecords } from "../../../src/workflows/select/select-records.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

/** Scores of five records on two aspects; the fifth failed on one of them. */
const SCORES = [
  [2, 3],
  [3, 1],
  [1, 1],
  [2, 2],
] as const;

const TEXTS = ["Add two and two.", "Name a river.", "Sing.", "add TWO and two", "Dance."];

let folder: string;
let data: string;
let run: string;

beforeEach(async () => {
  folder = await scratchFolder();
  data = await writeLines(
    path.join(folder, "data.jsonl"),
    TEXTS.map((instruction) => ({ instruction, output: "x", mine: 1 })),
  );
  const criteria = ["accuracy", "difficulty"].map((name) => ({
    name,
    description: name,
    anchors: {},
  }));
  const task = { ...HEADER.task, name: "instruction-data", criteria };
  const lines = SCORES.flatMap((scores, i) =>
    scores.map((score, k) =>
      exampleScore({ id: String(i + 1), criterion: criteria[k]?.name ?? "", score }),
    ),
  );
  run = await writeLines(path.join(folder, "run.jsonl"), [
    ...[{ ...HEADER, task }, ...lines].map((line) => formatRunLine(line)),
    formatRunLine({ ...FAILURE, id: "5", criterion: "accuracy" }),
  ]);
});

const select = (options: Partial<Parameters<typeof selectRecords>[1]> = {}) =>
  selectRecords(data, { judge: null, run, output: path.join(folder, "kept.jsonl"), ...options });

describe("selectRecords of a finished run", () => {
  it("keeps the best records as they stand in the data, and says what it found", async () => {
    const result = await select({ keep: { share: 0.5 } });
    expect(result).toEqual({
      records: 5,
      scored: 4,
      nearDuplicates: 0,
      kept: 2,
      threshold: 2,
      aspects: [
        { name: "accuracy", weight: 1, all: 2, kept: 2.5 },
        { name: "difficulty", weight: 1, all: 1.75, kept: 2 },
      ],
      examples: [
        { rank: 1, score: 2.5, text: "Add two and two." },
        { rank: 2, score: 2, text: "Name a river." },
      ],
    });
    const kept = (await readFile(path.join(folder, "kept.jsonl"), "utf8")).trim().split("\n");
    expect(kept.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ instruction: "Add two and two.", output: "x", mine: 1 },
        lager: { rank: 1, score: 2.5, aspects: { accuracy: 2, difficulty: 3 } },
      },
      {
        ...{ instruction: "Name a river.", output: "x", mine: 1 },
        lager: { rank: 2, score: 2, aspects: { accuracy: 3, difficulty: 1 } },
      },
    ]);
  });

  it("passes over near-duplicates of better records, unless they are kept", async () => {
    expect(await select({ keep: { count: 3 } })).toMatchObject({ nearDuplicates: 1, kept: 3 });
    expect(await select({ keep: { count: 3 }, keepDuplicates: true })).toMatchObject({
      nearDuplicates: 0,
      threshold: 2,
    });
  });

  it("weighs some of the aspects, or only reads those that are asked for", async () => {
    const weighed = await select({ keep: { count: 1 }, weights: { accuracy: 9 } });
    expect(weighed.examples[0]?.text).toBe("Name a river.");
    const one = await select({ keep: { count: 1 }, aspects: ["difficulty"] });
    expect(one.aspects.map(({ name }) => name)).toEqual(["difficulty"]);
    expect(one.threshold).toBe(3);
  });

  it("replaces neither its data nor its run, nor what lies beside that", async () => {
    await writeFile(path.join(folder, "run.hidden.safetensors"), "");
    for (const output of [data, run, path.join(folder, "run.hidden.safetensors")]) {
      const before = await readFile(output, "utf8");
      const { message } = await rejection(select({ output }), "INVALID_ARGUMENT");
      expect(message).toContain("would be replaced");
      expect(await readFile(output, "utf8")).toBe(before);
    }
    await rejection(select({ judge: "smollm2-135m", run: data }), "INVALID_ARGUMENT");
  });

  it("refuses aspects that the run has no scores of, and data that is another file", async () => {
    await rejection(select({ aspects: ["humour"] }), "INVALID_ARGUMENT");
    await writeLines(data, [{ instruction: "Another.", output: "x" }]);
    await rejection(select({ keep: { count: 4 } }), "INVALID_ARGUMENT");
  });
});
