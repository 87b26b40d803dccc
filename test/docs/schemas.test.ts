import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ERROR_CODES } from "../../src/base/errors.ts";
import {
  EXAMPLES_FOLDER,
  INIT_FOLDER,
  SCHEMAS_FOLDER,
  TASKS_FOLDER,
} from "../../src/base/package-paths.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { RECORD_LOADERS } from "../../src/input/task/record-loaders.ts";
import { taskToObject } from "../../src/input/task/task-object.ts";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import type { RunLine } from "../../src/run/run-format.ts";
import { servedOutcome } from "../../src/workflows/serve/served-outcome.ts";
import {
  exampleNodesScore,
  exampleScore,
  FAILURE,
  HEADER,
  NODES_HEADER,
} from "../fixtures/example-run.ts";
import { CHECKLIST_HEADER, checklistScore } from "../fixtures/made-up-checklist.ts";

function schema(name: string) {
  return JSON.parse(readFileSync(path.join(SCHEMAS_FOLDER, name), "utf8"));
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
const isTask = ajv.compile(schema("task.schema.json"));
const isRunLine = ajv.compile(schema("run-line.schema.json"));

const SMALL = { name: "t", scale: { min: 1, max: 3 }, criteria: [{ name: "c", description: "d" }] };

const taskFiles = [TASKS_FOLDER, EXAMPLES_FOLDER, INIT_FOLDER].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml") && name !== "lager.yaml")
    .map((name) => path.join(folder, name)),
);

describe("the schema of task files", () => {
  it.each(taskFiles.map((file) => [path.basename(file), file]))("accepts %s", (_, file) => {
    expect([isTask(parse(readFileSync(file, "utf8"))), isTask.errors]).toEqual([true, null]);
  });

  it("accepts a parsed task as a run's header holds it", () => {
    for (const { task } of [HEADER, CHECKLIST_HEADER]) {
      expect([isTask(taskToObject(task)), isTask.errors]).toEqual([true, null]);
    }
  });

  it("knows every loader", () => {
    expect(schema("task.schema.json").properties.loader.enum).toEqual([...RECORD_LOADERS]);
  });

  it.each([
    ["an unknown key", { ...SMALL, answer_prefix: "x" }],
    ["no criterion", { ...SMALL, criteria: [] }],
    ["a criterion that asks nothing", { ...SMALL, criteria: [{ name: "c" }] }],
    ["a scale of two kinds", { ...SMALL, scale: { min: 1, max: 3, labels: { a: 1, b: 2 } } }],
    [
      "a question that weighs nothing",
      { ...SMALL, criteria: [{ name: "c", questions: [{ text: "q", weight: 0 }] }] },
    ],
    ["an unknown field of records", { ...SMALL, fields: { answer: "x" } }],
  ])("refuses %s, as the reader does", (_, task) => {
    expect(isTask(task)).toBe(false);
    expect(() => parseTask(task)).toThrow();
  });
});

describe("the schema of run lines", () => {
  const lines: readonly RunLine[] = [
    HEADER,
    NODES_HEADER,
    CHECKLIST_HEADER,
    exampleScore({
      ...{ inputHash: "0123456789abcdef", human: 3, responseLength: 9, systemId: "s", group: "g" },
      ...{ tokens: [1], prompt: "p", generated: "3", generatedTokens: 1, hiddenRow: 0 },
      texts: { instruction: "i", response: "r", reference: "", context: "" },
    }),
    exampleNodesScore(),
    checklistScore("a", "accuracy", [
      [0, 1],
      [1, 2],
      [2, 3],
    ]),
    FAILURE,
    { ...FAILURE, criterion: "clarity", inputHash: "0123456789abcdef" },
  ];

  it.each(lines.map((line, i) => [`${i}: ${line.kind}`, line] as const))(
    "accepts line %s",
    (_, line) => {
      expect([isRunLine(JSON.parse(formatRunLine(line))), isRunLine.errors]).toEqual([true, null]);
    },
  );

  it("refuses a line that lacks its score, or has a field that no line has", () => {
    const { score: _, ...without } = JSON.parse(formatRunLine(exampleScore()));
    expect(isRunLine(without)).toBe(false);
    expect(isRunLine({ ...JSON.parse(formatRunLine(exampleScore())), direct: 3 })).toBe(false);
  });
});

describe("the schema of what lager serve says and is told", () => {
  const serve = schema("serve.schema.json");
  const isLine = { server: "message", client: "request" } as const;
  const validators = Object.fromEntries(
    Object.entries(isLine).map(([side, name]) => [
      side,
      ajv.compile({ ...serve, $id: `serve-${side}`, oneOf: [{ $ref: `#/$defs/${name}` }] }),
    ]),
  );
  const transcript = readFileSync(path.join(EXAMPLES_FOLDER, "serve-transcript.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): [string, unknown] => Object.entries(JSON.parse(line))[0] as [string, unknown]);

  it.each(transcript.map(([side, line], i) => [i + 1, side, line] as const))(
    "accepts line %i of the transcript, of the %s",
    (_, side, line) => {
      const validate = validators[side];
      if (typeof line === "string") expect(() => JSON.parse(line)).toThrow();
      else expect([validate?.(line), validate?.errors]).toEqual([true, null]);
    },
  );

  it("knows every code and every field of a score", () => {
    const { required, properties } = serve.$defs.scoreOutcome;
    const score = servedOutcome(exampleScore({ inputHash: "0", generated: "3" }));
    expect(Object.keys(score)).toEqual(expect.arrayContaining(required));
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(score)));
    for (const code of ERROR_CODES) expect(code).toMatch(new RegExp(serve.$defs.code.pattern));
  });

  it("refuses a message with a member that none has", () => {
    const [, hello] = transcript[0] ?? [];
    expect(validators.server?.({ ...(hello as object), more: 1 })).toBe(false);
    expect(validators.client?.({ id: 1, method: "score", item: {}, taks: "x" })).toBe(false);
  });
});
