import { createHash } from "node:crypto";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { cachedJudgePath } from "../../src/engine/models/cache.ts";
import { CATALOG } from "../../src/engine/models/catalog.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { CLI_JUDGE } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ON_CPU = ["--gpu", "off", "--threads", "1"];

needsDefaultJudge();

it("list names the judges, and says which are here", async () => {
  const empty = await lager(["judges", "list"], { env: { LAGER_HOME: await scratchFolder() } });
  expect({ exitCode: empty.exitCode, stderr: empty.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [, , ...lines] = empty.stdout.trim().split("\n");
  const rows = lines.slice(0, CATALOG.length);
  expect(lines.at(-1)).toMatch(/^fits: into this machine's [\d.]+ GB/);
  expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(CATALOG.map(({ name }) => name));
  for (const row of rows) expect(row).toMatch(/ no /);
  const here = await lager(["judges", "list"]);
  expect(here.stdout).toMatch(/^smollm2-135m .* yes +yes /m);
  const json = await lager(["judges", "list", "--json"]);
  const judges = json.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(judges.map(({ name }) => name)).toEqual(CATALOG.map(({ name }) => name));
  expect(judges[0]).toMatchObject({ cached: true, fits: "yes", license: "Apache-2.0" });
});

it("pull prints where a judge is, and fetches none that is here", async () => {
  const { exitCode, stdout } = await lager(["judges", "pull", "smollm2-135m"], {
    // Without pip on the path, and with no index to ask instead, nothing could be downloaded.
    env: { PATH: "", PIP_NO_INDEX: "1" },
  });
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `${cachedJudgePath("smollm2-135m")}\n`,
  });
  const unknown = await lager(["judges", "pull", "nosuch"]);
  expect(unknown.exitCode).toBe(3);
  expect(unknown.stderr).toMatch(/^lager: UNKNOWN_JUDGE: .*"nosuch"/);
});

it("info says what a judge is and how it would be used", async () => {
  const file = tinyGguf(CLI_JUDGE);
  const { exitCode, stdout } = await lager(["judges", "info", file, ...ON_CPU]);
  expect(exitCode).toBe(0);
  const shown = Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/)),
  ) as Record<string, string>;
  expect(shown).toMatchObject({
    file,
    sha256: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
    architecture: "llama",
    layers: "4",
    selfCheckDifference: "0",
    "chat template": expect.stringMatching(/^\d+ characters$/),
    "score tokens 1–5": expect.stringMatching(/1 → \d+ "1".*5 → \d+ "5"/),
    backend: expect.stringMatching(/^CPU /),
  });
});

it("verify checks each judge, as text or as JSON", async () => {
  const good = tinyGguf(CLI_JUDGE);
  const text = await lager(["judges", "verify", good, ...ON_CPU]);
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(/^\S+llama-bpe-untied\.gguf: supported \(llama, 4 layers, .* 0\)\n$/);

  const bad = [tinyGguf("bert-embedding"), tinyGguf("truncated"), "nosuch"];
  const json = await lager(["judges", "verify", good, ...bad, "--json", ...ON_CPU]);
  expect(json.exitCode).toBe(3);
  const results = json.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results[0]).toEqual({
    file: good,
    architecture: "llama",
    layers: 4,
    captured: 5,
    maxDifference: 0,
    supported: true,
    reason: null,
  });
  expect(results.slice(1).map(({ file, supported }) => [file, supported])).toEqual(
    bad.map((file) => [file, false]),
  );
  // In the order of the fields, and with the architecture wherever the header has one.
  for (const result of results) {
    expect(Object.keys(result).join()).toBe(
      "file,architecture,layers,captured,maxDifference,supported,reason",
    );
  }
  expect(results.map(({ architecture }) => architecture)).toEqual(["llama", "bert", "llama", null]);
  expect(results.slice(1).map(({ reason }) => String(reason).split(":")[0])).toEqual([
    "UNSUPPORTED_JUDGE",
    "INVALID_GGUF",
    "UNKNOWN_JUDGE",
  ]);
});

it("verify finds a named judge's file that is not what it should be", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "models", "smollm2-135m.gguf");
  await mkdir(path.dirname(file));
  await writeFile(file, "");
  // As long as the real one, which is all that is looked at when it is found.
  await truncate(file, CATALOG.find(({ name }) => name === "smollm2-135m")?.size);
  const { exitCode, stdout } = await lager(["judges", "verify", "smollm2-135m", "--json"], {
    env: { LAGER_HOME: folder, PATH: "" },
  });
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    file,
    supported: false,
    reason: expect.stringMatching(/^CHECKSUM_MISMATCH: .*lager judges pull smollm2-135m/),
  });
});
