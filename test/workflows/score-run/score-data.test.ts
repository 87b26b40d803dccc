import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { type ScoreDataOptions, scoreData } from "../../../src/workflows/score-run/score-data.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

async function scene() {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), [
    { instruction: "Say it.", response: "It." },
  ]);
  const score = (options: Partial<ScoreDataOptions> = {}, input = data) =>
    scoreData(input, { judge: path.join(folder, "no.gguf"), ...options });
  return { folder, score, at: (name: string) => path.join(folder, name) };
}

it("options that do not go together are refused before a judge is looked for", async () => {
  const { score, at } = await scene();
  await rejection(score({ resume: true }), "INVALID_ARGUMENT");
  await rejection(score({ resume: true, force: true, output: at("run") }), "INVALID_ARGUMENT");
  await rejection(score({ hidden: "all" }), "INVALID_ARGUMENT");
  await rejection(score({ maxTokens: 5 }), "INVALID_ARGUMENT");
});

it("a run or hidden states that are there are not replaced", async () => {
  const { score, at } = await scene();
  await writeFile(at("run.jsonl"), "");
  await rejection(score({ output: at("run.jsonl") }), "OUTPUT_EXISTS");
  await rejection(score({ output: at("none/run.jsonl") }), "UNWRITABLE_OUTPUT");
});

it("nothing that is read is replaced by the run or what comes with it", async () => {
  const { score, at } = await scene();
  const names = ["weights.json", "task.json", "judge.gguf", "lora.gguf", "template.jinja"];
  for (const name of [...names, "x.hidden.safetensors"]) await writeFile(at(name), name);
  const all = {
    ...{ force: true, weights: at("weights.json"), task: at("task.json") },
    ...{ judge: at("judge.gguf"), lora: [{ path: at("lora.gguf") }] },
    chatTemplate: at("template.jinja"),
  };
  for (const name of ["data.jsonl", ...names]) {
    const before = await readFile(at(name), "utf8");
    const error = await rejection(score({ ...all, output: at(name) }), "INVALID_ARGUMENT");
    expect(error.message).toContain("would be replaced");
    await rejection(score({ ...all, output: at(`./none/../${name}`) }), "INVALID_ARGUMENT");
    expect(await readFile(at(name), "utf8")).toBe(before);
  }
  const states = at("x.hidden.safetensors");
  await rejection(score({ ...all, output: at("x.jsonl"), weights: states }), "INVALID_ARGUMENT");
});

it("no file that was fetched is replaced, where only the hub knows which one is read", async () => {
  const { folder, score, at } = await scene();
  vi.stubEnv("LAGER_HOME", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  await mkdir(at("models"));
  await writeFile(at("models/hf_u_m.Q8_0.gguf"), "fetched");
  await symlink(at("models/hf_u_m.Q8_0.gguf"), at("link.jsonl"));
  for (const output of [at("models/hf_u_m.Q8_0.gguf"), at("link.jsonl")]) {
    const options = { judge: "hf:u/m:Q8_0", output, force: true };
    const error = await rejection(score(options), "INVALID_ARGUMENT");
    expect(error.message).toContain("would be replaced");
  }
  expect(await readFile(at("models/hf_u_m.Q8_0.gguf"), "utf8")).toBe("fetched");
});

it("what is wrong with weights, data or task is said first, and nothing is written", async () => {
  const { folder, score, at } = await scene();
  const output = at("run.jsonl");
  await rejection(score({ output, weights: at("no.json") }), "UNREADABLE_FILE");
  await rejection(score({ output }, at("none.jsonl")), "UNREADABLE_FILE");
  await rejection(score({ output, task: at("none.yaml") }), "UNREADABLE_FILE");
  await rejection(score({ output }), "UNKNOWN_JUDGE");
  expect(await readdir(folder)).toEqual(["data.jsonl"]);
});

it("a prompt that fixes its own output format is told of where the judge gives reasons", async () => {
  const { score, at } = await scene();
  await writeFile(
    at("task.json"),
    JSON.stringify({
      name: "fixed",
      scale: { min: 1, max: 5 },
      prompt: "Is it so: {{ criterion.description }} {{ response }} Answer 1 to 5.",
      criteria: [{ name: "quality", description: "Good?" }],
    }),
  );
  const notices: string[] = [];
  const onNotice = (text: string) => notices.push(text);
  const reasoning = { task: at("task.json"), condition: "reasoning", onNotice } as const;
  await rejection(score(reasoning), "UNKNOWN_JUDGE");
  expect(notices).toEqual([expect.stringContaining("fixes its own output format")]);
});
