import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { readRunTable } from "../../src/run/read-run-table.ts";
import type { RunLine } from "../../src/run/run-format.ts";
import {
  exampleNodesScore,
  exampleScore,
  FAILURE,
  HEADER,
  NODES_HEADER,
} from "../fixtures/example-run.ts";
import { rejection } from "../support/errors.ts";
import { flatNodes } from "../support/node-logits.ts";
import { scratchFolder } from "../support/scratch.ts";

async function write(...files: RunLine[][]): Promise<string[]> {
  const folder = await scratchFolder();
  return Promise.all(
    files.map(async (lines, i) => {
      const file = path.join(folder, `part${i}.jsonl`);
      await writeFile(file, lines.map((line) => `${formatRunLine(line)}\n`).join(""));
      return file;
    }),
  );
}

const TASK_HEADER = {
  ...HEADER,
  task: {
    ...HEADER.task,
    criteria: ["fluency", "clarity"].map((name) => ({ name, description: name, anchors: {} })),
  },
};

describe("readRunTable", () => {
  it("puts a run into columns, the criteria in the task's order", async () => {
    const files = await write([
      TASK_HEADER,
      exampleScore({ id: "a", human: 10 / 3 }),
      exampleScore({ id: "b", criterion: "other" }),
      FAILURE,
      exampleScore({ id: "b", criterion: "fluency", human: 1, scoreMass: 0.25 }),
    ]);
    const table = await readRunTable(files);
    expect(table).toMatchObject({
      files,
      header: TASK_HEADER,
      criteria: ["fluency", "clarity", "other"],
      records: ["a", "b", "a2"],
      lines: 3,
      promptTokens: 210,
      reusedTokens: 144,
      failures: [{ record: 2, criterion: null, code: "EMPTY_RESPONSE" }],
    });
    expect([...table.recordOf]).toEqual([0, 1, 1]);
    expect([...table.criterionOf]).toEqual([1, 2, 0]);
    expect([...table.human]).toEqual([10 / 3, Number.NaN, 1]);
    expect([...table.promptTokensOf]).toEqual([70, 70, 70]);
    expect([...table.scoreMass]).toEqual([0.75, 0.75, 0.25]);
  });

  it("keeps lengths, systems and groups; a record without a group is one of its own", async () => {
    const table = await readRunTable(
      await write([
        HEADER,
        exampleScore({ id: "a", responseLength: 7, systemId: "x", group: "g" }),
        exampleScore({ id: "b", group: "g", systemId: "y" }),
        exampleScore({ id: "c", systemId: "x", responseLength: 0 }),
        exampleScore({ id: "g" }),
        exampleScore({ id: "c", criterion: "other", systemId: "x" }),
      ]),
    );
    expect([...table.responseLength]).toEqual([7, Number.NaN, 0, Number.NaN, Number.NaN]);
    expect(table.systems).toEqual(["x", "y"]);
    expect([...table.systemOf]).toEqual([0, 1, 0, -1, 0]);
    expect(table.groupCount).toBe(3);
    expect([...table.groupOf]).toEqual([0, 0, 1, 2, 1]);
  });

  it("keeps the logits' bits, and NaN for a row that was not captured", async () => {
    const raw = [7, 8, 9].map((base) => [base, base + 0.1, base + 0.2].map(Math.fround));
    const changed = exampleScore({ id: "b", nodes: flatNodes([[1, 2, 3], null, null], raw) });
    const table = await readRunTable(await write([HEADER, exampleScore(), changed]));
    expect(table.nodes).toHaveLength(1);
    const [node] = table.nodes;
    expect(node?.outcomes).toEqual(Int32Array.of(1, 2, 3));
    expect([...(node?.outcomeOf ?? [])]).toEqual([0, 1, 2]);
    const nan = [Number.NaN, Number.NaN, Number.NaN];
    expect([...(node?.normed ?? [])]).toEqual(
      [nan, [0, -1.1, 2], [0.1, 1, 12.345678], [1, 2, 3], nan, nan].flat().map(Math.fround),
    );
    expect([...(node?.raw ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, ...raw.flat()]);
  });

  it("keeps each node of labels of several tokens", async () => {
    const table = await readRunTable(await write([NODES_HEADER, exampleNodesScore()]));
    expect(table.nodes.map(({ outcomes }) => [...outcomes])).toEqual([
      [1, 2],
      [9, 0],
    ]);
    expect(table.nodes.map(({ outcomeOf }) => [...outcomeOf])).toEqual([
      [0, 1, 0],
      [0, -1, 1],
    ]);
    expect([...(table.nodes[1]?.raw ?? [])]).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it("reads many lines without losing one where a column grows", async () => {
    const lines = Array.from({ length: 1500 }, (_, i) => {
      const row = [i, i + 1, i + 2];
      return exampleScore({
        id: `r${i}`,
        human: i,
        nodes: flatNodes([row, row, row]),
      });
    });
    const seen: number[] = [];
    const table = await readRunTable(await write([HEADER, ...lines]), {
      onProgress: (count) => seen.push(count),
    });
    expect(table.lines).toBe(1500);
    expect([...table.human]).toEqual(lines.map((_, i) => i));
    const normed = table.nodes[0]?.normed ?? [];
    expect(lines.every((_, i) => normed[i * 9 + 3] === i && normed[i * 9 + 8] === i + 2)).toBe(
      true,
    );
    expect(seen).toEqual([500, 1000, 1500, 1500]);
  });

  it("reads parts of one run as one; a failure that was scored elsewhere is none", async () => {
    const machine = { ...HEADER.machine, threads: 4 };
    const header = { ...HEADER, machine, version: "9.9.9" };
    const failed = { ...FAILURE, id: "a1", criterion: "clarity" };
    const table = await readRunTable(
      await write([HEADER, failed, FAILURE], [header, exampleScore({ id: "a1" })]),
    );
    expect(table.records).toEqual(["a1", "a2"]);
    expect(table.failures).toEqual([{ record: 1, criterion: null, code: "EMPTY_RESPONSE" }]);
  });

  it.each([
    ["judge.sha256", { judge: { ...HEADER.judge, sha256: "cd".repeat(32) } }],
    ["task", { task: { ...HEADER.task, description: "another" } }],
    ["values", { values: [1, 2, 4] }],
    ["options.layers", { options: { ...HEADER.options, layers: "upper" } }],
    [
      "options.weights",
      { options: { ...HEADER.options, weights: { recipe: "lager", sha256: "ab" } as const } },
    ],
  ])("refuses files that differ in %s", async (field, change) => {
    const files = await write([HEADER], [{ ...HEADER, ...change }]);
    const error = await rejection(readRunTable(files), "INVALID_ARGUMENT");
    expect(error.message).toContain(`the headers differ in ${field}`);
    expect(error.place.file).toBe(files[1]);
  });

  it("refuses an item that was scored twice on a criterion", async () => {
    const files = await write([HEADER, exampleScore()], [HEADER, exampleScore({ criterion: "b" })]);
    expect((await readRunTable(files)).lines).toBe(2);
    const [first = ""] = files;
    const error = await rejection(readRunTable([first, first]), "INVALID_RUN");
    expect(error.message).toContain(
      'record "a1": the item is scored twice on the criterion "clarity"',
    );
  });

  it("refuses no file, and hands over a cut last line", async () => {
    await rejection(readRunTable([]), "INVALID_ARGUMENT");
    const files = await write([HEADER, exampleScore()]);
    await appendFile(files[0] ?? "", '{"kind":"sc');
    await rejection(readRunTable(files), "INVALID_RUN");
    const cut: string[] = [];
    const table = await readRunTable(files, { onCutLastLine: (error) => cut.push(error.code) });
    expect([table.lines, cut]).toEqual([1, ["INVALID_RUN"]]);
  });

  it("can be aborted", async () => {
    const lines = Array.from({ length: 600 }, (_, i) => exampleScore({ id: `r${i}` }));
    const signal = AbortSignal.abort(new Error("enough"));
    const error = await rejection(
      readRunTable(await write([HEADER, ...lines]), { signal }),
      "ABORTED",
    );
    expect(error.cause).toEqual(new Error("enough"));
  });
});
