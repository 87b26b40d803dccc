import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { GateResult } from "../../src/analysis/compare/gate-result.ts";
import { readPage } from "../docs/pages.ts";
import { exampleScore, HEADER } from "../fixtures/example-run.ts";
import { writeRun } from "../fixtures/made-up-run.ts";
import { simulatedLines, writeSimulatedRun } from "../fixtures/simulated-systems.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

/** The arguments of the gate in the documented workflow. */
let documented: string[];

beforeAll(() => {
  const workflow = readPage("docs/gate.md").blocks.find(({ language }) => language === "yaml");
  const { jobs } = parse(workflow?.text ?? "") as {
    jobs: { gate: { steps: { name?: string; run?: string }[] } };
  };
  const run = jobs.gate.steps.find(({ name }) => name === "gate")?.run ?? "";
  const [npx, program, ...args] = run.split(" ");
  expect([npx, program, args[0]]).toEqual(["npx", "lager", "gate"]);
  documented = args;
});

/** A repository with the main branch's run and a pull request's, whose answers are better by `shift`. */
async function repository(shift: number): Promise<string> {
  const folder = await scratchFolder();
  await writeSimulatedRun(folder, "main.jsonl", simulatedLines({ seed: 2, shift: () => 0.3 }));
  const lines = simulatedLines({ seed: 3, shift: () => 0.3 + shift });
  await writeSimulatedRun(folder, "run.jsonl", lines);
  return folder;
}

interface TestCase {
  readonly name: string;
  readonly outcome: "passed" | "failure" | "skipped";
  readonly message: string | undefined;
}

/** Reads a JUnit file as CI servers do: strictly as XML, and its counts against what it holds. */
async function readJunit(file: string): Promise<TestCase[]> {
  const root = parseXml(await readFile(file, "utf8")).root;
  expect(root?.name).toBe("testsuites");
  const children = (element: XmlElement | null) =>
    element?.children.filter((each) => each instanceof XmlElement) ?? [];
  const suites = children(root);
  expect(suites.map(({ name }) => name)).toEqual(["testsuite"]);
  const cases = suites.flatMap(children).map((each): TestCase => {
    expect(each.name).toBe("testcase");
    expect(each.attributes.classname).toMatch(/^lager\.gate\./);
    const [outcome] = children(each).filter(({ name }) => name !== "system-out");
    return {
      name: each.attributes.name ?? "",
      outcome: (outcome?.name ?? "passed") as TestCase["outcome"],
      message: outcome?.attributes.message,
    };
  });
  const count = (wanted: TestCase["outcome"]) =>
    String(cases.filter(({ outcome }) => outcome === wanted).length);
  for (const element of [root, ...suites]) {
    expect(element?.attributes).toMatchObject({
      ...{ tests: String(cases.length), failures: count("failure"), errors: "0" },
      skipped: count("skipped"),
    });
  }
  return cases;
}

describe("the gate of the documented workflow", () => {
  const names = [
    "at most 0 failures",
    "clarity at least 2",
    "clarity at most 0.3 below the baseline",
  ];

  it("lets a run through that is as good as the main branch's", async () => {
    const cwd = await repository(0);
    const env = { GITHUB_STEP_SUMMARY: path.join(cwd, "summary.md") };
    for (const _ of [1, 2]) {
      const { exitCode, stdout, stderr } = await lager(documented, { cwd, env });
      expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(/^passed: run\.jsonl against main\.jsonl, 3 of 3 checks$/m);
    }
    const cases = await readJunit(path.join(cwd, "gate.xml"));
    expect(cases).toEqual(names.map((name) => ({ name, outcome: "passed", message: undefined })));
    // A summary belongs to all commands of a step: it is added to.
    const summary = await readFile(env.GITHUB_STEP_SUMMARY, "utf8");
    expect(summary.match(/^### ✅ lager gate$/gm)).toHaveLength(2);
    expect(summary).toMatch(/^\| clarity at least 2 \| 2\.\d\d .*\| 100 \| passed \|$/m);
  });

  it("stops one that is worse", async () => {
    const cwd = await repository(-0.6);
    const env = { GITHUB_STEP_SUMMARY: path.join(cwd, "summary.md") };
    const { exitCode, stdout } = await lager(documented, { cwd, env });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^failed: run\.jsonl against main\.jsonl, 1 of 3 checks$/m);
    const cases = await readJunit(path.join(cwd, "gate.xml"));
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      [names[0], "passed"],
      [names[1], "failure"],
      [names[2], "failure"],
    ]);
    expect(cases[2]?.message).toMatch(
      /^clarity at most 0\.3 below the baseline: found −0\.\d\d \[/,
    );
    expect(await readFile(env.GITHUB_STEP_SUMMARY, "utf8")).toContain("### ❌ lager gate\n");
  });
});

it("a gate has its result as JSON and as Markdown", async () => {
  const cwd = await repository(0);
  const json = await lager(["gate", "run.jsonl", "--min", "clarity=2@90%", "--json"], { cwd });
  expect(json.exitCode).toBe(0);
  expect(JSON.parse(json.stdout) as GateResult).toMatchObject({
    ...{ kind: "gate", run: "run.jsonl", baseline: null, passed: true, on: "interval" },
    checks: [{ kind: "min", criterion: "clarity", limit: 2, level: 0.9, outcome: "passed" }],
  });
  const markdown = await lager(["gate", "run.jsonl", "--min", "9", "--markdown"], { cwd });
  expect(markdown.exitCode).toBe(4);
  expect(markdown.stdout).toMatch(/^### ❌ lager gate\n\nfailed: run\.jsonl, 0 of 1 checks\n/);
});

it("names that no XML can hold leave a JUnit file whole", async () => {
  const criterion = `<&"' \u0001]]>\ud800`;
  const scores = [1, 2, 3].map((score, i) => exampleScore({ id: `r${i}`, criterion, score }));
  const file = await writeRun(HEADER, ...scores);
  const junit = path.join(path.dirname(file), "gate.xml");
  const { exitCode } = await lager([
    "gate",
    file,
    "--min",
    "2",
    "--undecided",
    "pass",
    "--junit",
    junit,
  ]);
  expect(exitCode).toBe(0);
  expect((await readJunit(junit)).map(({ outcome }) => outcome)).toEqual(["skipped"]);
});

it.each([
  ["no limit", ["run.jsonl"], /INVALID_ARGUMENT: a gate has a limit/],
  ["a limit that is none", ["run.jsonl", "--min", "high"], /Limits are written as/],
  ["a JUnit file in place of the run", ["run.jsonl", "--min", "1", "--junit", "run.jsonl"], /read/],
])("%s is refused", async (_, args, message) => {
  const cwd = await repository(0);
  const { exitCode, stderr } = await lager(["gate", ...args], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});
