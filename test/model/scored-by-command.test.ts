import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { pinnedSha256 } from "../../src/engine/models/catalog.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { QUICKSTART } from "../support/tiny-cli.ts";

needsDefaultJudge();

it("the default judge scores the bundled example, human scores attached", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "run.jsonl");
  const { exitCode, stdout, stderr } = await lager([
    ...["score", QUICKSTART.data, "--task", QUICKSTART.task, "--limit", "2"],
    // The judge is the default; one thread is slower, but not tenfold beside anything else.
    ...["--threads", "1", "--gpu", "off", "-o", file],
  ]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).not.toContain("warning");
  expect(stdout).toMatch(/^correctness +2 .* 4\.50 +0$/m);

  const { header, scores, failures } = await readWholeRun(file);
  expect(header.judge).toEqual({
    name: "smollm2-135m",
    sha256: pinnedSha256("smollm2-135m"),
    architecture: "llama",
    quantization: expect.stringContaining("Q4_1"),
    layers: 30,
  });
  expect(failures).toEqual([]);
  const records = (await readFile(QUICKSTART.data, "utf8"))
    .split("\n", 2)
    .map((line) => JSON.parse(line) as { id: string; human: Record<string, number> });
  expect(scores.map(({ id, criterion, human }) => ({ id, criterion, human }))).toEqual(
    records.flatMap(({ id, human }) =>
      Object.entries(human).map(([criterion, value]) => ({ id, criterion, human: value })),
    ),
  );
  for (const score of scores) {
    expect(score.score).toBeGreaterThan(1);
    expect(score.score).toBeLessThan(5);
    expect(score.nodes[0]?.normed).toHaveLength(31 * 5);
    // An instruction-tuned judge is about to answer with a score.
    expect(score.scoreMass).toBeGreaterThan(0.5);
  }
});
