import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { loadTask } from "../../src/input/task/load-task.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { rowsOf } from "../support/node-logits.ts";
import { readWholeRun, textLines } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { CLI_JUDGE, QUICKSTART, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

/** Σ v p of p = softmax of the weighted sum of some rows, by default their mean: the score, once more. */
function expectedScore(
  rows: readonly (readonly number[] | null)[],
  layers: readonly number[],
  weights = layers.map(() => 1 / layers.length),
) {
  const summed = [0, 1, 2, 3, 4].map((k) =>
    layers.reduce((sum, layer, i) => sum + (rows[layer]?.[k] ?? Number.NaN) * (weights[i] ?? 0), 0),
  );
  const powers = summed.map((z) => Math.exp(z - Math.max(...summed)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.reduce((score, power, k) => score + ((k + 1) * power) / sum, 0);
}

function lastRow({ nodes }: Score): readonly number[] {
  return rowsOf(nodes[0]).at(-1) ?? [];
}

it("scores the bundled example into a run file", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const { exitCode, stdout, stderr } = await lager(
    ["score", QUICKSTART.data, "--task", QUICKSTART.task, ...withTinyJudge(), "-o", file],
    { env: { LAGER_HOME: folder } },
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toMatch(/^criterion .* score/m);
  expect(stdout).toMatch(/^correctness +12 /m);
  expect(stderr).toContain(`run file: ${file}\n`);
  expect(stderr).toContain(`lager inspect ${file} egg-good`);

  const { header, lines, scores } = await readWholeRun(file);
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  const judge = tinyGguf(CLI_JUDGE);
  expect(header).toEqual({
    kind: "run",
    schema: 2,
    version,
    input: path.relative(path.dirname(file), QUICKSTART.data),
    judge: {
      name: judge,
      sha256: createHash("sha256")
        .update(await readFile(judge))
        .digest("hex"),
      architecture: "llama",
      quantization: expect.stringMatching(/F32/),
      layers: 4,
    },
    llama: {
      release: expect.stringMatching(/^\d+\.\d+/),
      backend: "CPU",
      devices: [expect.stringMatching(/^CPU: ./)],
    },
    // The run can be read without the task file.
    task: await loadTask(QUICKSTART.task),
    options: {
      projection: "normed",
      layers: "last",
      condition: "prefill",
      chatTemplateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    machine: {
      contextSize: 4096,
      batchSize: 512,
      threads: 1,
      flashAttention: false,
      tiledAttention: true,
      cpuFeatures: expect.any(String),
      gpuLayers: 0,
      kvType: "f16",
      parallel: 1,
      exact: true,
    },
    labels: ["1", "2", "3", "4", "5"],
    values: [1, 2, 3, 4, 5],
    labelTokens: Array.from({ length: 5 }, () => [expect.any(Number)]),
  });

  const records = (await textLines(QUICKSTART.data)).map(
    (line) => JSON.parse(line) as { id: string; human: Record<string, number> },
  );
  expect(lines.map((line) => [line.kind, line.id, line.criterion])).toEqual(
    records.flatMap(({ id }) =>
      ["correctness", "helpfulness", "clarity"].map((criterion) => ["score", id, criterion]),
    ),
  );
  for (const score of scores) {
    expect(score.human).toBe(records.find(({ id }) => id === score.id)?.human[score.criterion]);
    expect(score.lager).toBeCloseTo(expectedScore(rowsOf(score.nodes[0]), [1, 2, 3, 4]), 5);
    expect(score.score).toBe(score.eScore);
    expect(score.eScore).toBeCloseTo(expectedScore(rowsOf(score.nodes[0]), [4]), 5);
    expect(score.vanilla).toBe(1 + lastRow(score).indexOf(Math.max(...lastRow(score))));
    expect(rowsOf(score.nodes[0])).toHaveLength(5);
    expect(rowsOf(score.nodes[0], "raw")).toHaveLength(5);
    expect(score.promptTokens).toBeGreaterThan(score.reusedTokens);
  }
  // The criteria of one response share all that stands before the criterion.
  expect(scores.filter(({ reusedTokens }) => reusedTokens > 0).length).toBeGreaterThanOrEqual(24);
});

it("writes the shortest decimals that give back the same float32", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  await lager(["score", QUICKSTART.data, "--limit", "2", ...withTinyJudge(), "-o", file]);
  const [, ...lines] = await textLines(file);
  let count = 0;
  for (const line of lines) {
    // All figures of the score; behind them there are no float32 values any more.
    const figures = line.slice(line.indexOf('"score":'), line.search(/"human"|"responseLength"/));
    for (const [text] of figures.matchAll(/-?\d[\d.e-]*/g)) {
      const value = Math.fround(Number(text));
      const digits = text.replace(/e.*|[-.]/g, "").replace(/^0+|0+$/g, "").length;
      expect(Number(text).toString()).toBe(text);
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
      count++;
    }
  }
  // 6 scores of 5 rows and 5 labels, normed and raw, and 13 figures beside them.
  expect(count).toBe(6 * (2 * 5 * 5 + 13));
});

it("aggregates the layers and the projection that it is asked for", async () => {
  const folder = await scratchFolder();
  const run = async (name: string, ...options: string[]) => {
    const file = path.join(folder, name);
    const args = ["score", QUICKSTART.data, "--limit", "2", ...withTinyJudge(), ...options];
    expect(await lager([...args, "-o", file])).toMatchObject({ exitCode: 0 });
    return readWholeRun(file);
  };
  const all = await run("all.jsonl", "--layers", "all");
  const last = await run("last.jsonl");
  const some = await run("some.jsonl", "--layers", "1-2,4");
  const reference = await run("reference.jsonl", "--layers", "reference", "--projection", "raw");
  const contrast = await run("contrast.jsonl", "--layers", "contrast:1");
  expect(some.header.options).toMatchObject({ layers: "1-2,4", projection: "normed" });
  expect(reference.header.options).toMatchObject({ layers: "reference", projection: "raw" });
  for (const [index, score] of last.scores.entries()) {
    // By default the score is the last layer's, and LAGER's stands beside it.
    expect(score.score).toBe(score.eScore);
    expect(score.lager).toBe(all.scores[index]?.score);
  }
  expect(some.scores).toHaveLength(6);
  for (const [index, score] of some.scores.entries()) {
    expect(score.score).toBeCloseTo(expectedScore(rowsOf(score.nodes[0]), [1, 2, 4]), 5);
    // What was captured does not depend on what is made of it.
    expect(score.nodes).toEqual(all.scores[index]?.nodes);
    expect(score.eScore).toBe(all.scores[index]?.eScore);
  }
  expect(contrast.header.options).toMatchObject({ layers: "contrast:1", projection: "normed" });
  for (const score of contrast.scores) {
    // Of four layers the second alone is in the middle third.
    expect(score.score).toBeCloseTo(expectedScore(rowsOf(score.nodes[0]), [2, 4], [-1, 1]), 5);
  }
  for (const score of reference.scores) {
    expect(score.score).toBeCloseTo(expectedScore(rowsOf(score.nodes[0], "raw"), [0, 1, 2, 3]), 5);
  }
});

it("adds the tokens and the prompt to every score", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const args = ["score", QUICKSTART.data, "--limit", "1", ...withTinyJudge()];
  await lager([...args, "--include", "tokens,prompt", "--answer-prefix", "Grade: ", "-o", file]);
  const { header, scores } = await readWholeRun(file);
  expect(header.task.answerPrefix).toBe("Grade: ");
  expect(scores).toHaveLength(3);
  for (const { tokens, prompt, promptTokens } of scores) {
    expect(tokens).toHaveLength(promptTokens);
    expect(prompt).toContain("Bring water to the boil");
    expect(prompt?.endsWith("<|Assistant|>Grade: ")).toBe(true);
  }
});

it("without a chat template, prompts are plain text, and a note says so", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const { exitCode, stderr } = await lager([
    ...["score", QUICKSTART.data, "--limit", "1", ...withTinyJudge("llama-spm-tied")],
    ...["--include", "prompt", "-o", file],
  ]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^note: .*llama-spm-tied.* no chat template; prompts are plain text/m);
  const { header, scores } = await readWholeRun(file);
  expect(header.options.chatTemplateSha256).toBeNull();
  expect(scores[0]?.prompt).toMatch(/^You grade[^<]*\n## Instruction\n/);
  expect(scores[0]?.prompt?.endsWith("\n\nscore: ")).toBe(true);
});

it("takes the reference implementation's records as they are", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const data = await writeLines(path.join(folder, "reference.jsonl"), [
    { user_prompt: "Grade this: 2 + 2 = 4.", user_prompt_feedback: "unused", score: [4, 5, 5] },
    { user_prompt: "Grade this: 2 + 2 = 5.", user_prompt_feedback: "unused", score: 1 },
  ]);
  await lager(["score", data, ...withTinyJudge(), "--include", "prompt", "-o", file]);
  const { header, scores } = await readWholeRun(file);
  expect(header.task.name).toBe("reference");
  expect(scores.map(({ id, criterion, human }) => ({ id, criterion, human }))).toEqual([
    { id: "1", criterion: "overall", human: 14 / 3 },
    { id: "2", criterion: "overall", human: 1 },
  ]);
  expect(scores[0]?.prompt).toContain("<|User|>Grade this: 2 + 2 = 4.<|Assistant|>");
});

it("an item has the same bits in whatever company it is scored", async () => {
  const folder = await scratchFolder();
  const records = ["a", "b", "c"].map((id) => record(id, `Response ${id}. `.repeat(40)));
  const run = async (name: string, data: readonly object[], ...options: string[]) => {
    const input = await writeLines(path.join(folder, `${name}-data.jsonl`), data);
    const file = path.join(folder, `${name}.jsonl`);
    await lager(["score", input, ...withTinyJudge("llama-q4_k"), ...options, "-o", file]);
    const { scores } = await readWholeRun(file);
    return new Map(
      scores.map(({ reusedTokens, ...score }) => [`${score.id} ${score.criterion}`, score]),
    );
  };
  const together = await run("together", records);
  const reversed = await run("reversed", records.toReversed());
  const alone = await run("alone", records.slice(1, 2));
  const inParts = await run("in-parts", records, "--batch-size", "64", "--context-size", "1024");
  expect(together.size).toBe(9);
  expect(reversed.size).toBe(9);
  expect(alone.size).toBe(3);
  for (const [key, score] of together) {
    expect(reversed.get(key)).toEqual(score);
    expect(inParts.get(key)).toEqual(score);
    if (key.startsWith("b")) expect(alone.get(key)).toEqual(score);
  }
});
