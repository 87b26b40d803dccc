import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { QUICKSTART, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const JUDGE = "llama-spm-untied";
const [ATTENTION, HEAD] = [tinyGguf("lora-attention"), tinyGguf("lora-head")];

it("score takes adapters, the header names them, and diff tells runs apart by them", async () => {
  const folder = await scratchFolder();
  const run = async (name: string, ...options: string[]) => {
    const file = path.join(folder, name);
    const args = ["score", QUICKSTART.data, "--limit", "1", ...withTinyJudge(JUDGE), "-o", file];
    const { exitCode, stderr } = await lager([...args, ...options]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    return { file, ...(await readWholeRun(file)) };
  };
  const plain = await run("plain.jsonl");
  const adapted = await run("adapted.jsonl", "--lora", `${ATTENTION}:0.5`, "--lora", HEAD);
  expect(plain.header.options).not.toHaveProperty("adapters");
  expect(adapted.header.options).toMatchObject({
    judgeFileSha256: plain.header.judge.sha256,
    adapters: [
      {
        name: "lora-attention.gguf",
        scale: 0.5,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { name: "lora-head.gguf", scale: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ],
  });
  expect(adapted.scores[0]?.score).not.toBe(plain.scores[0]?.score);

  const { exitCode, stdout } = await lager(["diff", plain.file, adapted.file]);
  expect(exitCode).toBe(1);
  for (const field of ["judge.sha256", "options.judgeFileSha256", "options.adapters"]) {
    expect(stdout).toContain(`${field}: `);
  }
});

it("verify checks a judge with its adapters", async () => {
  const judge = tinyGguf(JUDGE);
  const verify = (...lora: string[]) =>
    lager(["judges", "verify", judge, "--json", "--gpu", "off", "--threads", "1", ...lora]);
  const fits = await verify("--lora", HEAD);
  expect(JSON.parse(fits.stdout)).toMatchObject({ supported: true, maxDifference: 0 });
  expect(fits.exitCode).toBe(0);
  const misfit = await verify("--lora", tinyGguf("lora-repacked"));
  expect(JSON.parse(misfit.stdout)).toMatchObject({
    supported: false,
    reason: expect.stringMatching(/^INVALID_ADAPTER: .*does not fit/),
  });
  expect(misfit.exitCode).toBe(3);
});

it("an adapter that does not fit ends with 3, one that is not there and a scale of 0 with 2", async () => {
  const score = (lora: string) =>
    lager(["score", QUICKSTART.data, ...withTinyJudge(JUDGE), "--lora", lora]);
  const misfit = await score(tinyGguf("lora-repacked"));
  expect(misfit).toMatchObject({ exitCode: 3, stdout: "" });
  expect(misfit.stderr).toMatch(/^lager: INVALID_ADAPTER: /m);
  const missing = await score("/nowhere/adapter.gguf");
  expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
  expect(missing.stderr).toMatch(/UNREADABLE_FILE.*\/nowhere\/adapter\.gguf/);
  const zero = await score(`${HEAD}:0`);
  expect(zero).toMatchObject({ exitCode: 2, stdout: "" });
  expect(zero.stderr).toContain("The scale must not be 0.");
});
