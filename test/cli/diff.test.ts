import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { record, withTinyJudge } from "../support/tiny-cli.ts";

const DATA = ["a", "b"].map((id) => record(id));

async function scored(records: readonly object[], ...options: string[]): Promise<string> {
  const input = records.map((each) => `${JSON.stringify(each)}\n`).join("");
  const args = ["score", "-", ...withTinyJudge(), "--format", "json", "--quiet", ...options];
  const { exitCode, stdout, stderr } = await lager(args, { input });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

async function diff(left: string, right: string, ...options: string[]) {
  const folder = await scratchFolder();
  const files = [path.join(folder, "left.jsonl"), path.join(folder, "right.jsonl")] as const;
  await writeFile(files[0], left);
  await writeFile(files[1], right);
  return lager(["diff", ...files, ...options]);
}

function anotherValue(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  return Array.isArray(value) ? [...value, ...value] : `${value} or another`;
}

let run: string;

beforeAll(async () => {
  run = await scored(DATA);
});

it("another order and batch size give the same figures, and the header says what differs", async () => {
  const other = await scored(DATA.toReversed(), "--batch-size", "128");
  const { exitCode, stdout } = await diff(run, other);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^identical: 6 lines/);
  expect(stdout).toContain("machine.batchSize: 512 → 128");
});

it("the header holds all that the bits depend on, and the difference names each", async () => {
  const [first = "", ...lines] = run.split("\n");
  const header = JSON.parse(first);
  const machine = Object.keys(header.machine).map((name) => `machine.${name}`);
  expect(machine).toEqual(
    expect.arrayContaining(
      ["contextSize", "batchSize", "threads", "flashAttention", "cpuFeatures", "kvType"]
        .concat("parallel", "gpuLayers")
        .map((name) => `machine.${name}`),
    ),
  );
  const facts = ["judge.sha256", "judge.quantization", "llama.release", "llama.backend"]
    .concat("llama.devices", "options.chatTemplateSha256")
    .concat(machine);
  const other = structuredClone(header);
  for (const field of facts) {
    const [group = "", name = ""] = field.split(".");
    expect(header[group]).toHaveProperty(name);
    other[group][name] = anotherValue(header[group][name]);
  }
  other.labelTokens = header.labelTokens.toReversed();
  other.options.condition = "direct";
  // Where there is an adapter, it stands there as well.
  other.options.adapters = [{ name: "a.gguf", sha256: "ab", scale: 1 }];
  const fields = facts.concat(
    ["condition", "adapters"].map((name) => `options.${name}`),
    "labelTokens",
  );
  const result = await diff(run, [JSON.stringify(other), ...lines].join("\n"), "--json");
  const found = JSON.parse(result.stdout).header.map(({ field }: { field: string }) => field);
  expect(found.sort()).toEqual(fields.toSorted());
});

it("another projection gives other scores of the same logits: exit 1", async () => {
  const { exitCode, stdout } = await diff(run, await scored(DATA, "--projection", "raw"), "--json");
  expect(exitCode).toBe(1);
  const result = JSON.parse(stdout);
  const figures = result.figures.map(({ figure }: { figure: string }) => figure);
  expect(figures).toContain("score");
  expect(figures).not.toContain("logits.normed");
  expect(result).toMatchObject({ identical: false, compared: 6, differing: 6 });
  expect(result.header).toContainEqual({
    field: "options.projection",
    left: "normed",
    right: "raw",
  });
});

it("a run that was cut off lacks the rest", async () => {
  const { exitCode, stdout, stderr } = await diff(run, run.slice(0, -300));
  expect(exitCode).toBe(1);
  expect(stdout).toContain("different: 0 of 5 lines");
  expect(stdout).toMatch(/1 line only in .*left\.jsonl:\n {2}b · coherence/);
  expect(stderr).toContain("the last line is cut");
});

it("a file that is no run is an error, not a difference", async () => {
  const { exitCode, stderr } = await diff(run, "{}\n");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("INVALID_RUN");
});
