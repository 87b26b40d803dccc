import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { record, withTinyJudge } from "../support/tiny-cli.ts";

let run: string;

beforeAll(async () => {
  const data = JSON.stringify({ ...record("a"), human: { accuracy: 4 } });
  const options = [...withTinyJudge(), "--layers", "2-4", "--format", "json", "--quiet"];
  const { stdout } = await lager(["score", "-", ...options], { input: `${data}\n{"id": "b"}\n` });
  run = stdout;
});

async function runFile(text = run): Promise<string> {
  const file = path.join(await scratchFolder(), "run.jsonl");
  await writeFile(file, text);
  return file;
}

it("a run is shown as a table", async () => {
  const { exitCode, stdout, stderr } = await lager(["inspect", await runFile()]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^accuracy +1 .* 4\.00 /m);
  expect(stdout).toMatch(/^1 failed: INVALID_FIELD 1/m);
});

it("an item is shown layer by layer, the last one on top", async () => {
  const file = await runFile();
  const { exitCode, stdout } = await lager(["inspect", file, "a"]);
  expect(exitCode).toBe(0);
  expect(stdout.match(/^item a · .*$/gm)).toEqual([
    "item a · helpfulness",
    "item a · accuracy",
    "item a · coherence",
  ]);
  const [first = ""] = stdout.split("item a · accuracy");
  const layers = first.match(/^ *•?(\d+|embed) {2}/gm)?.map((name) => name.trim());
  expect(layers).toEqual(["•4", "•3", "•2", "1", "embed"]);
  const { scores } = await readWholeRun(file);
  expect(first).toContain(`score    ${scores[0]?.score.toFixed(4)} `);
  expect(first).toContain(`lager    ${scores[0]?.lager.toFixed(4)}\n`);
  expect(first).toContain(`e-score  ${scores[0]?.eScore.toFixed(4)}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no colours outside a terminal.
  expect(stdout).not.toMatch(/\x1b/);
});

it("a failure is shown with its reason", async () => {
  const { exitCode, stdout } = await lager(["inspect", await runFile(), "b"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^item b · all criteria\nINVALID_FIELD: .*"instruction"/m);
});

it("a run that was cut off is shown as far as it goes", async () => {
  const file = await runFile();
  await appendFile(file, run.split("\n")[1]?.slice(0, 200) ?? "");
  const { exitCode, stdout, stderr } = await lager(["inspect", file]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^accuracy +1 /m);
  expect(stderr).toContain("run.jsonl:6");
});

it.each([
  ["an item that is not in it", (text: string) => text, ["c"], /INVALID_ARGUMENT.*"c".*"a"/],
  ["no run", () => '{"id": "a"}\n', [], /INVALID_RUN: .*:1, field "kind"/],
  ["an empty file", () => "", [], /INVALID_RUN: .*empty/],
  ["a newer schema", (text: string) => text.replace('"schema":2', '"schema":99'), [], /schema 99/],
  [
    "a broken line",
    (text: string) => text.replace('"score":', '"score":x'),
    [],
    /INVALID_RUN: .*:2/,
  ],
])("%s is refused", async (_, change, id, message) => {
  const file = await runFile(change(run));
  const { exitCode, stdout, stderr } = await lager(["inspect", file, ...id]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(await readFile(file, "utf8")).toBe(change(run));
});

it("a file that is not there is refused", async () => {
  const folder = await scratchFolder();
  await writeLines(path.join(folder, "other.jsonl"), []);
  const { exitCode, stderr } = await lager(["inspect", path.join(folder, "nowhere.jsonl")]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^lager: UNREADABLE_FILE: .*nowhere\.jsonl/);
});

it("an item's texts are shown, from the data or from the run, and said to have changed", async () => {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), [
    { ...record("a", "A first answer."), context: "Some context." },
    record("b", "A second answer."),
  ]);
  const file = path.join(folder, "run.jsonl");
  const kept = path.join(folder, "kept.jsonl");
  const score = (output: string, ...more: string[]) =>
    lager(["score", data, ...withTinyJudge(), "-o", output, "--quiet", ...more]);
  expect((await score(file)).exitCode).toBe(0);
  expect((await score(kept, "--include", "texts")).exitCode).toBe(0);

  const item = await lager(["inspect", file, "a"]);
  expect(item.stdout).toMatch(
    /^instruction\nQuestion a\?\n\nresponse\nA first answer\.\n\ncontext\nSome context\.\n/,
  );
  const args = ["--where", "criterion=accuracy", "--sort", "score", "--top", "1"];
  const list = await lager(["inspect", file, ...args]);
  expect(list.stdout).toMatch(/^[ab] +accuracy .* A (first|second) answer\.$/m);
  expect(list.stdout).toMatch(/^… and 1 more$/m);
  const markdown = await lager(["inspect", file, "b", "--markdown"]);
  expect(markdown.stdout.match(/^## b · .*$/gm)).toHaveLength(3);
  expect(markdown.stdout).toContain("**response**\n\n```text\nA second answer.\n```\n");

  await writeLines(data, [record("a", "Another answer."), record("b", "A second answer.")]);
  expect((await lager(["inspect", file, "a"])).stdout).toContain("response\nAnother answer.\n");
  expect((await lager(["inspect", file, "a"])).stdout).toMatch(/^changed since: /m);
  expect((await lager(["inspect", file, "b"])).stdout).not.toMatch(/^changed since: /m);
  await rm(data);
  expect((await lager(["inspect", file, "a"])).stdout).toMatch(/^without texts: .*--data/);
  expect((await lager(["inspect", kept, "a"])).stdout).toContain("response\nA first answer.\n");
  const same = await lager(["diff", file, kept]);
  expect(same.stdout).toMatch(/^identical: 6 lines/);
});
