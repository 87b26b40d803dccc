import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parseOptions } from "../../scripts/speed/options.mjs";
import { hasCompletion } from "../../src/cli/completion/value-completion.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { inlineCode, ROOT, readPages } from "./pages.ts";
import { parseLine, type ShellCommand, shellCommands } from "./shell-lines.ts";

const pages = readPages();
const { scripts, peerDependencies } = JSON.parse(
  readFileSync(path.join(ROOT, "package.json"), "utf8"),
);

/** Tools with an adapter, by the folder of examples/ that has what they are shown to run. */
const ADAPTED: Readonly<Record<string, string>> = {
  promptfoo: "promptfoo",
  evalite: "evalite",
  vitest: "vitest",
  inspect: "inspect_ai",
  deepeval: "deepeval",
};

/** What `npm` does without a script of the package. */
const NPM_COMMANDS = ["install", "test", "start", "link", "pack"];

/** Programs of others, whose arguments nobody here can check. */
const OTHER_PROGRAMS = ["cat", "mkdir", "pip"];

/** The command line, which reads its words and does nothing. */
async function idleProgram(args: readonly string[] = []): Promise<Command> {
  const { signal } = new AbortController();
  const program = await makeProgram(args, { signal, finish: () => {} });
  for (const command of allCommands(program)) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
  }
  return program;
}

function allCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap((inner) => allCommands(inner))];
}

/** Throws what commander says of the words. */
async function parseWithCommander(words: readonly string[]): Promise<void> {
  try {
    await (await idleProgram(words)).parseAsync([...words], { from: "user" });
  } catch (error) {
    if ((error as { exitCode?: number }).exitCode !== 0) throw error;
  }
}

function requireFile(file: string): void {
  if (!existsSync(path.join(ROOT, file))) throw new Error(`there is no ${file}`);
}

function checkNpm(words: readonly string[]): void {
  const [command = "", script = "", dashes, ...rest] = words;
  if (command === "run") {
    if (!(script in scripts)) throw new Error(`package.json has no script ${script}`);
    if (dashes !== undefined && dashes !== "--") throw new Error("arguments come after --");
    if (script === "speed" && dashes !== undefined) parseOptions([...rest], "2026-01-01");
  } else if (command === "install" && ["--save-dev", "--global"].includes(script)) {
    if (!words.includes("lager-judge")) throw new Error("whoever installs wants this package");
  } else if (command === "install" && words.length > 1) {
    for (const word of words.slice(1)) {
      const [, name = "", version] = /^(@?[^@]+)(?:@(.+))?$/.exec(word) ?? [];
      const isPeer =
        name in peerDependencies && peerDependencies[name] === (version ?? peerDependencies[name]);
      if (name !== "lager-judge" && !isPeer) throw new Error(`${word} is no peer of the package`);
    }
  } else if (!NPM_COMMANDS.includes(command) || words.length > 1) {
    throw new Error(`npm ${words.join(" ")} is not known to this test`);
  }
}

function checkVitest(words: readonly string[]): void {
  const [run, flag, project = "", ...files] = words;
  if (run !== "run" || flag !== "--project") throw new Error("vitest run --project …");
  if (!["unit", "engine"].includes(project)) throw new Error(`there is no project ${project}`);
  for (const file of files) requireFile(file);
}

/** A tool with an adapter runs an example, which it is given by its name. */
function checkAdapted([tool = "", ...rest]: readonly string[]): void {
  const file = rest.find((word) => /\.(yaml|ts|py)$/.test(word));
  if (file === undefined) throw new Error(`${tool} is shown without an example`);
  requireFile(`examples/${ADAPTED[tool]}/${file}`);
}

async function checkCommand({ words }: ShellCommand): Promise<void> {
  const [program = "", ...rest] = words;
  if (program === "lager") await parseWithCommander(rest);
  else if (program === "npm") checkNpm(rest);
  else if (program === "npx" && rest[0] === "lager") await parseWithCommander(rest.slice(1));
  else if (program === "npx" && rest[0] === "vitest" && rest.includes("--project")) {
    checkVitest(rest.slice(1));
  } else if (program === "npx" && (rest[0] ?? "") in ADAPTED) checkAdapted(rest);
  else if (program in ADAPTED) checkAdapted([program, ...rest]);
  else if (program === "node" || program === "python") requireFile(rest[0] ?? "");
  else if (!OTHER_PROGRAMS.includes(program)) throw new Error(`${program} is not known here`);
}

const program = await idleProgram();
const shown = pages.flatMap((page) => shellCommands(page));

it("completion knows every name that stands for a value in the help", () => {
  const names = allCommands(program).flatMap((command) => [
    ...command.options.flatMap(({ flags }) => /[<[]([a-z-]+)/.exec(flags)?.[1] ?? []),
    ...command.registeredArguments.map((argument) => argument.name()),
  ]);
  expect(names.length).toBeGreaterThan(100);
  // Another one belongs into src/cli/completion/value-completion.ts.
  expect([...new Set(names)].filter((name) => !hasCompletion(name))).toEqual([]);
});

it("the documentation shows commands", () => {
  expect(shown.filter(({ words }) => words[0] === "lager").length).toBeGreaterThan(30);
});

it.each(shown.map((command) => [`${command.place}: ${command.words.join(" ")}`, command] as const))(
  "%s",
  async (_, command) => {
    await checkCommand(command);
  },
);

describe("these checks", () => {
  it.each([
    "lager scoer answers.jsonl",
    "lager score answers.jsonl --no-such-option",
    "lager score answers.jsonl --format xml",
    "lager inspect",
    "lager diff one.jsonl two.jsonl three.jsonl",
    "lager tasks chek general answers.jsonl",
    "npx lager score a.jsonl --jugde x",
    "npm run no-such-script",
    "npm run speed -- data.json --no-such-option",
    "npm start now",
    "npm install lager-judge left-pad",
    "node scripts/no-such-file.mjs",
    "npx vitest run --project unit test/no-such-folder",
    "rm -rf run.jsonl",
  ])("refuse %s", async (line) => {
    const [command] = parseLine(line, "here");
    await expect(checkCommand(command as ShellCommand)).rejects.toThrow();
  });

  it("read pipes, quotes, comments, variables and files", () => {
    const [cat, score, other] = parseLine(
      `cat a.jsonl | X=1 lager score - --answer-prefix "my score: " > b.jsonl && ls # a comment`,
      "here",
    );
    expect(cat?.words).toEqual(["cat", "a.jsonl"]);
    expect(score).toMatchObject({
      env: { X: "1" },
      words: ["lager", "score", "-", "--answer-prefix", "my score: "],
      output: "b.jsonl",
    });
    expect(other?.words).toEqual(["ls"]);
  });

  it("do not read what they do not know", () => {
    expect(() => parseLine("lager score a.jsonl; rm b", "here")).toThrow("; is not read");
  });
});

/** Longest path of commands that the words begin with, and the words behind it. */
function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const inner = command.commands.find((candidate) => candidate.name() === word);
    if (inner === undefined) return { command, rest: words.slice(index) };
    command = inner;
  }
  return { command, rest: [] };
}

describe("names in running text", () => {
  const codes = pages.flatMap((page) => inlineCode(page).map((code) => [page.path, code] as const));

  it.each(codes.filter(([, code]) => /^lager [a-z]/.test(code)))("%s: `%s`", (_, code) => {
    const { command, rest } = findCommand(code.split(" ").slice(1));
    expect(command.commands.map((inner) => inner.name())).toEqual([]);
    const options = command.options.flatMap(({ long, short }) => [long, short]);
    for (const word of rest.filter((word) => word.startsWith("-"))) expect(options).toContain(word);
  });

  it.each(codes.filter(([, code]) => /^npm /.test(code)))("%s: `%s`", (_, code) => {
    checkNpm(code.split(" ").slice(1));
  });

  const known = new Set(
    allCommands(program).flatMap((command) => command.options.map(({ long }) => long)),
  );
  it.each(codes.filter(([, code]) => /^--[a-z]/.test(code)))("%s: `%s`", (place, code) => {
    const [option = ""] = code.split(/[ =[]/);
    if (place === "docs/performance.md" && option === "--quick") return;
    expect(known).toContain(option);
  });
});

describe("docs/command-line.md", () => {
  const page = pages.find(({ path: file }) => file === "docs/command-line.md");

  it.each(
    allCommands(program)
      .filter((command) => command.commands.length === 0)
      .map((command) => namesOf(command).join(" ")),
  )("names %s", (name) => {
    expect(page?.text).toContain(`\`${name}\``);
  });

  it.each(
    program.commands.find((command) => command.name() === "score")?.options.map((o) => o.long) ??
      [],
  )("tells what score %s does", (option) => {
    expect(page?.text).toContain(`\`${option}`);
  });

  function namesOf(command: Command): readonly string[] {
    const parent = command.parent;
    return parent === null ? [command.name()] : [...namesOf(parent), command.name()];
  }
});
