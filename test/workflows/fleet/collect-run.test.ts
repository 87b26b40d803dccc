import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { Failure } from "../../../src/input/dataset/failure.ts";
import type { RunHeader } from "../../../src/run/run-format.ts";
import { collectRun } from "../../../src/workflows/fleet/collect-run.ts";
import { planRun } from "../../../src/workflows/fleet/plan-run.ts";
import { RunFolder } from "../../../src/workflows/fleet/run-folder.ts";
import { MADE_UP_HEADER, madeUpScores, runText } from "../../fixtures/made-up-run.ts";
import { readWholeRun } from "../../support/read-lines.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

const OTHER: RunHeader = {
  ...MADE_UP_HEADER,
  machine: { ...MADE_UP_HEADER.machine, cpuFeatures: "others" },
};

/** Three shards of one record each, whose parts are made up: by the first, another and the first kind. */
async function threeParts(mixed: boolean) {
  const folder = await scratchFolder();
  const record = (id: string) => ({ id, instruction: id, response: "An answer." });
  const data = await writeLines(path.join(folder, "data.jsonl"), ["a", "b", "c"].map(record));
  const how = { store: folder, judge: "made-up", task: "general", shardRecords: 1, mixed };
  const run = new RunFolder((await planRun(data, how)).folder);
  await mkdir(path.join(run.path, "parts"), { recursive: true });
  const scores = madeUpScores(3);
  const failure: Failure = {
    kind: "failure",
    id: "b",
    criterion: null,
    code: "INTERNAL",
    message: 'ends in "}',
  };
  const parts = [
    runText(MADE_UP_HEADER, scores[0] as (typeof scores)[0]),
    runText(OTHER, scores[1] as (typeof scores)[0], failure),
    runText(MADE_UP_HEADER, scores[2] as (typeof scores)[0]),
  ];
  for (const [shard, text] of parts.entries()) {
    await writeFile(run.part({ shard, from: 0, to: 1 }), text);
  }
  return { run, output: path.join(folder, "run.jsonl") };
}

it("parts of machines of another kind are no run", async () => {
  const { run, output } = await threeParts(false);
  await expect(collectRun(run, { output })).rejects.toThrow(/another machine\.cpuFeatures/);
  await expect(readFile(output)).rejects.toThrow();
});

it("a run of several kinds of machines says so in its header and in every line", async () => {
  const { run, output } = await threeParts(true);
  expect(await collectRun(run, { output })).toEqual({
    ...{ scores: 3, failures: 1, shards: 3, missing: [] },
  });
  const { header, lines } = await readWholeRun(output);
  expect(lines.map((line) => line.class)).toEqual([0, 1, 1, 0]);
  expect(header.classes?.map(({ machine }) => machine)).toEqual([
    MADE_UP_HEADER.machine,
    OTHER.machine,
  ]);
  expect(lines[2]).toMatchObject({ message: 'ends in "}' });
  // What is read is written again as it was.
  const { input: _, ...rest } = header;
  expect(rest).toMatchObject({ llama: MADE_UP_HEADER.llama });
  expect((await readFile(output, "utf8")).split("\n").slice(1).join("\n")).toBe(
    runText(header, ...lines)
      .split("\n")
      .slice(1)
      .join("\n"),
  );
});
