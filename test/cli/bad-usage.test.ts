import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, QUICKSTART, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const SCORE = ["score", QUICKSTART.data, "--limit", "1", "--gpu", "off", "--threads", "1"];

describe("the command line", () => {
  it.each([
    [[], /Usage: lager/],
    [["nonsense"], /unknown command 'nonsense'/],
    [["score"], /there is nothing to score/],
    [["score", "data.jsonl", "more.jsonl"], /too many arguments/],
    [["judges"], /Usage: lager judges/],
    [["judges", "info"], /missing required argument 'judge'/],
    [["inspect"], /missing required argument 'run'/],
    [[...SCORE, "--nonsense"], /unknown option '--nonsense'/],
    [[...SCORE, "--judge"], /argument missing/],
    [[...SCORE, "--limit", "0"], /--limit.*'0'.*whole number from 1/],
    [[...SCORE, "--limit", "1.5"], /--limit.*'1.5'/],
    [[...SCORE, "--threads", "two"], /--threads.*'two'/],
    [[...SCORE, "--context-size", "-5"], /--context-size.*'-5'/],
    [[...SCORE, "--format", "xml"], /'xml' is invalid.*table, json, csv/],
    [[...SCORE, "--projection", "cooked"], /'cooked' is invalid.*normed, raw/],
    [[...SCORE, "--kv-type", "f64"], /'f64' is invalid.*f16, f32/],
    [[...SCORE, "--parallel", "some"], /--parallel.*'some'.*whole number from 1/],
    [[...SCORE, "--gpu", "abacus"], /'abacus' is invalid.*vulkan/],
    [[...SCORE, "--include", "tokens,thoughts"], /'tokens,thoughts' is invalid.*tokens, prompt/],
  ])("%j is refused", async (args, message) => {
    const { exitCode, stdout, stderr } = await lager(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    ["--layers", "nonsense", /"nonsense" is not a layer set/],
    ["--layers", "2-9", /layer 9.*layers 0 .*to 4/],
    ["--layers", "window:0.9-0.1", /window/],
    ["--task", "generl", /Did you mean "general"/],
    ["--task", "nowhere.yaml", /UNREADABLE_FILE: nowhere\.yaml/],
    ["--threads", "100000", /threads must be a whole number/],
    ["--context-size", "99999999", /contextSize must be a whole number/],
    ["--output", ".", /^lager: UNWRITABLE_OUTPUT: \.: this is a folder/],
    ["--output", "no/such/run.jsonl", /UNWRITABLE_OUTPUT: .*no folder .*no.such: make it first/],
  ])("%s %s is refused", async (option, value, message) => {
    const { exitCode, stdout, stderr } = await lager([...SCORE, ...withTinyJudge(), option, value]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it.each([["--help"], ["score", "--help"], ["judges", "--help"], ["--version"]])(
    "%s %s is answered on standard output",
    async (...args) => {
      const { exitCode, stdout, stderr } = await lager(args.filter((arg) => arg !== undefined));
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(args.includes("--version") ? /^\d+\.\d+\.\d+/ : /Usage: lager/);
    },
  );
});

describe("a task file", () => {
  it.each([
    [
      "an unknown key",
      { ...ONE_CRITERION_TASK, promt: "x" },
      /field "promt".*did you mean "prompt"/i,
    ],
    ["no criteria", { ...ONE_CRITERION_TASK, criteria: [] }, /criteria/],
    ["a scale of one label", { ...ONE_CRITERION_TASK, scale: { labels: { a: 1 } } }, /scale/],
    [
      "an anchor that is no label",
      {
        ...ONE_CRITERION_TASK,
        criteria: [{ name: "quality", description: "Good?", anchors: { 6: "Superb." } }],
      },
      /anchors/,
    ],
  ])("with %s is refused", async (_, task, message) => {
    const folder = await scratchFolder();
    const file = path.join(folder, "task.json");
    await writeFile(file, JSON.stringify(task));
    const { exitCode, stderr } = await lager([...SCORE, ...withTinyJudge(), "--task", file]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^lager: INVALID_TASK: .*task\.json/);
    expect(stderr).toMatch(message);
  });

  it("in YAML is refused with the line", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "task.yaml");
    await writeFile(file, "name: one\nscale: { min: 1, max: 5 }\ncriterions: []\n");
    const { exitCode, stderr } = await lager([...SCORE, ...withTinyJudge(), "--task", file]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^lager: INVALID_TASK: .*task\.yaml:\d+, .*"criterions"/);
  });

  it("whose template reads what is not there is refused", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "task.json");
    await writeFile(file, JSON.stringify({ ...ONE_CRITERION_TASK, prompt: "{{ respnse }}" }));
    const { exitCode, stderr } = await lager([...SCORE, ...withTinyJudge(), "--task", file]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^lager: TEMPLATE_FAILED: .*respnse.*"response"/m);
  });
});

it("labels that the judge's vocabulary cannot tell apart are refused", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "task.json");
  // "1" begins the other label, and so it ends with the token that the other one spells.
  const labels = { "1": 1, "1</s>": 2 };
  await writeFile(file, JSON.stringify({ ...ONE_CRITERION_TASK, scale: { labels } }));
  const judge = withTinyJudge("llama-spm-tied");
  const { exitCode, stdout, stderr } = await lager([...SCORE, ...judge, "--task", file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^lager: AMBIGUOUS_LABELS: .*"1" is .*"1<\/s>" is .*"<\/s>" \(2\)/m);
});

describe("a judge", () => {
  it.each([
    ["nosuch", /^lager: UNKNOWN_JUDGE: .*"nosuch".*smollm2-135m/],
    ["smolm2-135m", /^lager: UNKNOWN_JUDGE: .*did you mean smollm2-135m/],
    ["src", /^lager: UNKNOWN_JUDGE: .*folder/],
    [tinyGguf("truncated"), /^lager: INVALID_GGUF: .*truncated\.gguf is truncated: tensor/],
    [tinyGguf("not-a-gguf"), /^lager: INVALID_GGUF: .*does not start with "GGUF"/],
    [tinyGguf("bert-embedding"), /^lager: UNSUPPORTED_JUDGE: .*embedding model/],
  ])("%s is refused", async (judge, message) => {
    const folder = await scratchFolder();
    const { exitCode, stdout, stderr } = await lager([...SCORE, "--judge", judge], {
      env: { LAGER_HOME: folder },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("on a backend that this machine lacks", async () => {
    const absent = process.platform === "darwin" ? "cuda" : "metal";
    const { exitCode, stderr } = await lager([
      ...["score", QUICKSTART.data, "--judge", tinyGguf("qwen2-bpe"), "--gpu", absent],
    ]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^lager: BACKEND_UNAVAILABLE: /);
  });
});
