import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { LagerError } from "../../src/base/errors.ts";
import type { Failure } from "../../src/input/dataset/failure.ts";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { runLabelTree } from "../../src/run/parse-run-header.ts";
import { type ReadRunOptions, readRun, readRunItem } from "../../src/run/read-run.ts";
import type { Outcome } from "../../src/scoring/score/outcome.ts";
import {
  exampleNodesScore,
  exampleScore,
  FAILURE,
  HEADER,
  NODES_HEADER,
} from "../fixtures/example-run.ts";
import { collect } from "../support/collect.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "run.jsonl");
});

async function write(...lines: string[]): Promise<void> {
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
}

async function readAll(options?: ReadRunOptions): Promise<Outcome[]> {
  return collect((await readRun(file, options)).lines);
}

const HEADER_LINE = formatRunLine(HEADER);
const SCORE_LINE = formatRunLine(exampleScore());

describe("readRun", () => {
  it("gives back exactly what was written", async () => {
    const score = exampleScore({
      human: 10 / 3,
      tokens: [1, 2],
      hiddenRow: 7,
      prompt: "line\nbreak \u2028 é",
    });
    const answered = exampleScore({ generated: "score: 3\n", generatedTokens: 4 });
    const unanswered: Failure = {
      ...FAILURE,
      criterion: "clarity",
      code: "NO_SCORE_TOKEN",
      generated: "I cannot say.",
    };
    const lines = [score, answered, unanswered, FAILURE];
    await write(HEADER_LINE, ...lines.map((line) => formatRunLine(line)));
    expect((await readRun(file)).header).toEqual(HEADER);
    expect(await readAll()).toEqual(lines);
  });

  it("reads lines much longer than a chunk, as often as it is asked", async () => {
    const score = exampleScore({ prompt: "wörd ".repeat(100_000) });
    await write(HEADER_LINE, formatRunLine(score), formatRunLine(score));
    const run = await readRun(file);
    for (let pass = 0; pass < 2; pass++) {
      let count = 0;
      for await (const line of run.lines) {
        expect(line).toEqual(score);
        count++;
      }
      expect(count).toBe(2);
    }
  });

  it("can be left in the middle", async () => {
    await write(HEADER_LINE, SCORE_LINE, "not JSON");
    for await (const line of (await readRun(file)).lines) {
      expect(line.id).toBe("a1");
      break;
    }
  });

  it("takes a whole last line without a line end", async () => {
    await writeFile(file, `${HEADER_LINE}\n${SCORE_LINE}`);
    expect(await readAll()).toHaveLength(1);
  });

  it("reports a cut last line with its number", async () => {
    await writeFile(file, `${HEADER_LINE}\n${SCORE_LINE}\n${SCORE_LINE.slice(0, 40)}`);
    await expect(readAll()).rejects.toMatchObject({
      code: "INVALID_RUN",
      message: expect.stringContaining("the last line is cut"),
      place: { file, line: 3 },
    });
  });

  it("leaves a cut last line out where that is wanted, and still reports it", async () => {
    await writeFile(file, `${HEADER_LINE}\n${SCORE_LINE}\n${SCORE_LINE.slice(0, 40)}`);
    const reported: LagerError[] = [];
    expect(await readAll({ onCutLastLine: (error) => reported.push(error) })).toHaveLength(1);
    expect(reported.map((error) => error.place.line)).toEqual([3]);
  });

  it("takes a last line that is cut inside a character as cut", async () => {
    const bytes = Buffer.from(`${HEADER_LINE}\n{"kind":"failure","id":"é`);
    await writeFile(file, bytes.subarray(0, -1));
    expect(await readAll({ onCutLastLine: () => {} })).toEqual([]);
  });

  it("tolerates a cut line nowhere else", async () => {
    await write(HEADER_LINE, SCORE_LINE.slice(0, 40), SCORE_LINE);
    await expect(readAll({ onCutLastLine: () => {} })).rejects.toMatchObject({
      code: "INVALID_RUN",
      place: { file, line: 2 },
    });
  });

  it("refuses a cut header", async () => {
    await writeFile(file, HEADER_LINE.slice(0, 60));
    await expect(readRun(file, { onCutLastLine: () => {} })).rejects.toMatchObject({
      code: "INVALID_RUN",
      place: { file, line: 1 },
    });
  });

  it("refuses an empty file and one that is not there", async () => {
    await writeFile(file, "");
    await expect(readRun(file)).rejects.toMatchObject({ code: "INVALID_RUN" });
    await expect(readRun(path.join(folder, "none"))).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
  });

  it.each([
    ["kind", { kind: "score" }],
    ["schema", { schema: 1 }],
    ["labels", { labels: [1, 2, 3] }],
    ["values", { values: [1, 2] }],
    ["judge", { judge: "tiny" }],
    ["judge.layers", { judge: { ...HEADER.judge, layers: 0 } }],
    ["llama.devices", { llama: { ...HEADER.llama, devices: [1] } }],
    ["task", { task: [] }],
    ["task", { task: { ...HEADER.task, colour: "blue" } }],
    ["options.condition", { options: { ...HEADER.options, condition: "guess" } }],
    ["options.weights.recipe", { options: { ...HEADER.options, weights: { recipe: "x" } } }],
    ["machine.threads", { machine: { ...HEADER.machine, threads: "two" } }],
  ])("names the header's field %s", async (field, change) => {
    await write(JSON.stringify({ ...HEADER, ...change }));
    await expect(readRun(file)).rejects.toMatchObject({
      code: "INVALID_RUN",
      place: { file, line: 1, field },
    });
  });

  it("keeps options and facts of the machine that it does not know", async () => {
    const options = { ...HEADER.options, steering: 0.5 };
    const machine = { ...HEADER.machine, fans: 3 };
    await write(JSON.stringify({ ...HEADER, options, machine }));
    expect((await readRun(file)).header).toEqual({ ...HEADER, options, machine });
  });

  it("says what to do with a run of another schema", async () => {
    await write(JSON.stringify({ ...HEADER, schema: 7 }));
    await expect(readRun(file)).rejects.toThrow(/schema 7.*reads schema 2: score the data again/);
  });

  it.each([
    ["kind", { kind: "result" }],
    ["id", { id: 7 }],
    ["score", { score: null }],
    ["probabilities", { probabilities: [0.5, 0.5] }],
    ["logits", { logits: null }],
    ["logits.normed", { logits: { normed: [[1, 2, 3]], raw: [null, null, null] } }],
    ["logits.raw", { logits: { normed: [null, null, null], raw: [null, [1, 2], null] } }],
    ["promptTokens", { promptTokens: 1.5 }],
    ["human", { human: "3" }],
    ["tokens", { tokens: ["a"] }],
  ])("names a score's field %s", async (field, change) => {
    await write(HEADER_LINE, SCORE_LINE, JSON.stringify({ ...JSON.parse(SCORE_LINE), ...change }));
    await expect(readAll()).rejects.toMatchObject({
      code: "INVALID_RUN",
      place: { file, line: 3, field },
    });
  });

  describe("of labels of several tokens", () => {
    const header = JSON.stringify(NODES_HEADER);
    const line = formatRunLine(exampleNodesScore());

    it("gives back exactly what was written", async () => {
      await write(header, line);
      const run = await readRun(file);
      expect(runLabelTree(run.header).paths).toEqual([[1, 9], [2], [1, 0]]);
      expect(runLabelTree(HEADER).paths).toEqual([[1], [2], [3]]);
      expect(await readAll()).toEqual([exampleNodesScore()]);
    });

    it.each([
      ["no list", 3],
      ["a list for too few labels", [[1], [2]]],
      ["a label that begins another", [[1], [2], [1, 0]]],
      ["a token id that is none", [[1, -9], [2], [1, 0]]],
      ["tokens that are no list", [1, 2, 3]],
    ])("refuses labelTokens with %s", async (_, labelTokens) => {
      await write(JSON.stringify({ ...NODES_HEADER, labelTokens }));
      await expect(readRun(file)).rejects.toMatchObject({
        code: "INVALID_RUN",
        place: { file, line: 1, field: "labelTokens" },
      });
    });

    const [root, branch] = JSON.parse(line).nodes;
    it.each([
      ["nodes", undefined],
      ["nodes", [root]],
      ["nodes", [root, branch, branch]],
      ["nodes.1", [root, 5]],
      ["nodes.0.outcomes", [{ ...root, outcomes: [2, 1] }, branch]],
      ["nodes.1.prefix", [root, { ...branch, prefix: [2] }]],
      ["nodes.1.normed", [root, { ...branch, normed: [null, [1, 2]] }]],
      ["nodes.1.raw", [root, { ...branch, raw: [null, [1, 2, 3], null] }]],
    ])("names a score's field %s (%#)", async (field, nodes) => {
      await write(header, JSON.stringify({ ...JSON.parse(line), nodes }));
      await expect(readAll()).rejects.toMatchObject({
        code: "INVALID_RUN",
        place: { file, line: 2, field },
      });
    });

    it.each([
      [HEADER_LINE, line, "logits"],
      [header, SCORE_LINE, "nodes"],
    ])("refuses a score of other labels than the header's (%#)", async (first, second, field) => {
      await write(first, second);
      await expect(readAll()).rejects.toMatchObject({
        code: "INVALID_RUN",
        place: { line: 2, field },
      });
    });
  });

  it("refuses a failure with a code that is none", async () => {
    await write(HEADER_LINE, JSON.stringify({ ...FAILURE, code: "OOPS" }));
    await expect(readAll()).rejects.toMatchObject({
      code: "INVALID_RUN",
      place: { line: 2, field: "code" },
    });
  });
});

describe("readRunItem", () => {
  it("finds an item's lines on every criterion", async () => {
    const lines = [
      exampleScore(),
      exampleScore({ id: "b", criterion: "depth" }),
      exampleScore({ criterion: "depth" }),
    ];
    await write(HEADER_LINE, ...lines.map((line) => formatRunLine(line)), formatRunLine(FAILURE));
    const found = await readRunItem(file, "a1");
    expect(found.header).toEqual(HEADER);
    expect(found.lines).toEqual([lines[0], lines[2]]);
    expect((await readRunItem(file, "a2")).lines).toEqual([FAILURE]);
  });

  it("shows ids that there are when there is no such item", async () => {
    await write(HEADER_LINE, SCORE_LINE);
    await expect(readRunItem(file, "zz")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('"a1"'),
    });
  });
});
