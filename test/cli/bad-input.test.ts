import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, record, withTinyJudge } from "../support/tiny-cli.ts";

it("bad records become failures, and the others are scored", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const task = path.join(folder, "task.json");
  await writeFile(task, JSON.stringify(ONE_CRITERION_TASK));
  const data = await writeLines(path.join(folder, "data.jsonl"), [
    record("first"),
    '{"id": "broken", "instruction": ',
    { id: "incomplete", instruction: "A question?" },
    record("empty", "  \n"),
    "",
    record("twice"),
    record("twice", "Another answer."),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    record("long", "word ".repeat(3000)),
    "[1, 2]",
    { id: "typed", instruction: "A question?", response: 5 },
    { ...record("human"), human: { quality: "very good" } },
    record("last"),
  ]);
  const { exitCode, stdout, stderr } = await lager([
    ...["score", data, "--task", task, ...withTinyJudge(), "--context-size", "1024"],
    ...["-o", file],
  ]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
  expect(stdout).toMatch(/^9 failed: .*MALFORMED_RECORD 2.*; 8 of them whole records$/m);

  const { scores, failures, lines } = await readWholeRun(file);
  expect(scores.map(({ id }) => id)).toEqual(["first", "twice", "last"]);
  expect(failures.map(({ id, criterion, code }) => [id, criterion, code])).toEqual([
    ["2", null, "MALFORMED_RECORD"],
    ["incomplete", null, "INVALID_FIELD"],
    ["empty", null, "EMPTY_RESPONSE"],
    ["twice", null, "DUPLICATE_ID"],
    ["7", null, "NOT_UTF8"],
    ["long", "quality", "PROMPT_TOO_LONG"],
    ["9", null, "MALFORMED_RECORD"],
    ["typed", null, "INVALID_FIELD"],
    ["human", null, "INVALID_FIELD"],
  ]);
  // In the order of the input, scores and failures alike.
  expect(lines.map(({ kind }) => kind).join(" ")).toBe(
    "score failure failure failure score failure failure failure failure failure failure score",
  );
  const messages = Object.fromEntries(failures.map(({ id, message }) => [id, message]));
  expect(messages).toMatchObject({
    "2": expect.stringContaining("data.jsonl:2"),
    incomplete: expect.stringMatching(/data\.jsonl:3, record "incomplete", field "response"/),
    empty: expect.stringMatching(/data\.jsonl:4, record "empty", field "response"/),
    twice: expect.stringMatching(/data\.jsonl:7, record "twice".*line 6/),
    "7": expect.stringContaining("data.jsonl:8"),
    long: expect.stringMatching(/data\.jsonl:9, record "long": .*\d{4} tokens.*1024/),
    "9": expect.stringContaining("data.jsonl:10"),
    typed: expect.stringMatching(/data\.jsonl:11.*field "response".*number/),
    human: expect.stringMatching(/data\.jsonl:12.*field "human.quality".*very good/),
  });
});

it("records of a JSON array and of CSV fail one by one as well", async () => {
  const folder = await scratchFolder();
  const task = path.join(folder, "task.json");
  await writeFile(task, JSON.stringify(ONE_CRITERION_TASK));
  const json = path.join(folder, "data.json");
  await writeFile(json, `[\n${JSON.stringify(record("a"))},\n{"id": nonsense},\n{"id": "c"}]`);
  const csv = path.join(folder, "data.csv");
  await writeFile(csv, "id,instruction,response\na,Question a?,An answer.\nb,too few\nc,Q?,\n");
  const failures: [string, string][] = [];
  for (const data of [json, csv]) {
    const file = `${data}.run.jsonl`;
    const args = ["score", data, "--task", task, ...withTinyJudge(), "-o", file];
    expect(await lager(args)).toMatchObject({ exitCode: 1 });
    const run = await readWholeRun(file);
    expect(run.scores.map(({ id }) => id)).toEqual(["a"]);
    failures.push(...run.failures.map(({ id, code }): [string, string] => [id, code]));
  }
  expect(failures).toEqual([
    ["2", "MALFORMED_RECORD"],
    ["c", "INVALID_FIELD"],
    ["2", "MALFORMED_RECORD"],
    ["c", "EMPTY_RESPONSE"],
  ]);
});

it.each([
  ["that is not there", "nowhere.jsonl", null, "UNREADABLE_FILE"],
  ["of another kind", "data.xlsx", "anything", "INVALID_ARGUMENT"],
  ["in UTF-16", "data.jsonl", Buffer.from("\ufeff{}", "utf16le"), "NOT_UTF8"],
  ["that is JSON but no array", "data.json", '{"records": []}', "MALFORMED_RECORD"],
  ["whose CSV header is broken", "data.csv", "id,response,response\n1,a,b\n", "MALFORMED_RECORD"],
])("an input %s ends the run", async (_, name, content, code) => {
  const folder = await scratchFolder();
  const data = path.join(folder, name);
  if (content !== null) await writeFile(data, content);
  const { exitCode, stdout, stderr } = await lager(["score", data, ...withTinyJudge()]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^lager: ${code}: .*${name}`, "m"));
});

it.each([
  ["data.jsonl", ""],
  ["data.jsonl", "\n\n"],
  ["data.json", "[]"],
  ["data.csv", "id,instruction,response\n"],
])("%s that holds no record (%j) is told so, quiet or not", async (name, text) => {
  const file = path.join(await scratchFolder(), name);
  await writeFile(file, text);
  for (const quiet of [[], ["-q"]]) {
    const { exitCode, stderr } = await lager(["score", file, ...withTinyJudge(), ...quiet]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^note: there is no record in the input$/m);
  }
});

it.each([
  ["select", "-o", "kept.json"],
  ["knowledge", "--run", "run.jsonl"],
])("lager %s says why no record was scored", async (command, option, output) => {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), [{ id: "a", text: "?" }]);
  const { exitCode, stderr } = await lager([command, data, ...withTinyJudge(), option, output], {
    cwd: folder,
  });
  expect(exitCode).toBeGreaterThan(0);
  expect(stderr).toMatch(/^failed: INVALID_FIELD 1; first: .*data\.jsonl:1, /m);
});
