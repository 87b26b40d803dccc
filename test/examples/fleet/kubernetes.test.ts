import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { makeProgram } from "../../../src/cli/program.ts";
import { ROOT } from "../../docs/pages.ts";

const FOLDER = path.join(ROOT, "examples/fleet");

/** The command lines of a script, with a number in place of each variable. */
function commandLines(text: string): string[][] {
  const joined = text
    .replaceAll(/\\\n/g, " ")
    .replaceAll(/"?(\$\w+|\{\})\/(\$\w+|\d+)"?/g, "1/20")
    .replaceAll(/"?\$\w+"?/g, "1");
  return [...joined.matchAll(/\blager ((?:fleet \w+|score)[^\n|)>]*)/g)].map(([, words = ""]) =>
    words.trim().replaceAll(/["']/g, "").split(/\s+/),
  );
}

async function parseWords(words: readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  const program = await makeProgram(words, { signal, finish: () => {} });
  const commands = [program, ...program.commands.flatMap((each) => [each, ...each.commands])];
  for (const command of commands) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
  }
  await program.parseAsync([...words], { from: "user" });
}

it.each(["slurm.sh", "parallel.sh", "kubernetes.yaml"])(
  "%s has options that there are",
  async (file) => {
    const lines = commandLines(readFileSync(path.join(FOLDER, file), "utf8"));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const words of lines)
      await expect(parseWords(words), words.join(" ")).resolves.toBeUndefined();
  },
);

it("the pods of the Indexed Job are as many as its shares", () => {
  const job = parse(readFileSync(path.join(FOLDER, "kubernetes.yaml"), "utf8"));
  const [container] = job.spec.template.spec.containers;
  const [, of] = /\$JOB_COMPLETION_INDEX\/(\d+)/.exec(container.command.at(-1)) ?? [];
  expect([job.spec.completionMode, job.spec.completions]).toEqual(["Indexed", Number(of)]);
});
