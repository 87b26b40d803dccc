import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { QUICKSTART, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGgufWith } from "../support/tiny-judges.ts";

it("another chat template makes the prompts, and the header and diff tell runs apart by it", async () => {
  const folder = await scratchFolder();
  const template = path.join(folder, "mine.jinja");
  await writeFile(template, "Q: {{ messages[0].content }}\nA: ");
  const run = async (name: string, ...options: string[]) => {
    const file = path.join(folder, name);
    const shown = ["--include", "prompt", "--limit", "1", "-o", file];
    const ended = await lager(["score", QUICKSTART.data, ...withTinyJudge(), ...shown, ...options]);
    expect(ended).toMatchObject({ exitCode: 0 });
    return { file, stderr: ended.stderr, ...(await readWholeRun(file)) };
  };
  const plain = await run("plain.jsonl");
  const other = await run("other.jsonl", "--chat-template", template);
  expect(other.scores[0]?.prompt).toMatch(/^Q: .*\nA: score: $/s);
  expect(other.stderr).toContain("neither opens the assistant's turn nor shows one");
  expect(plain.stderr).not.toContain("neither opens");
  const { exitCode, stdout } = await lager(["diff", plain.file, other.file]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("options.chatTemplateSha256: ");
});

it("one that fails is named by its file, and ends with 2; the judge's own with 3", async () => {
  const template = path.join(await scratchFolder(), "endless.jinja");
  await writeFile(
    template,
    "{% for i in range(1000000000) %}{% endfor %}{{ messages[0].content }}",
  );
  const given = await lager([
    "score",
    QUICKSTART.data,
    ...withTinyJudge(),
    "--chat-template",
    template,
  ]);
  expect(given).toMatchObject({ exitCode: 2, stdout: "" });
  expect(given.stderr).toContain(`lager: TEMPLATE_FAILED: ${template}: `);
  const judge = await tinyGgufWith({ chatTemplate: template });
  const own = await lager(["score", QUICKSTART.data, "--gpu", "off", "--judge", judge]);
  expect(own).toMatchObject({ exitCode: 3, stdout: "" });
  expect(own.stderr).toContain(`lager: TEMPLATE_FAILED: ${judge}, `);
});
