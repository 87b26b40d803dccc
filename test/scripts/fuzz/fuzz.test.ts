import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { fuzz } from "../../../scripts/fuzz/fuzz.mjs";
import { takeSteps } from "../../../scripts/fuzz/steps.mjs";
import { scratchFolder } from "../../support/scratch.ts";

it("fuzzing sees deaths, hangs, bare errors and stray rejections, and makes them small", async () => {
  const folder = await scratchFolder();
  const keep = path.join(folder, "kept");
  const counts = await fuzz({
    ...{ target: path.resolve("test/scripts/fuzz/faulty-target.mjs"), folder, keep },
    ...{ seed: "1", cases: 5, milliseconds: 60_000, caseMilliseconds: 500 },
  });
  expect(counts).toEqual({
    ...{ cases: 5, fine: 1, lager: 0, deaths: 1, hangs: 1, bare: 1, unhandled: 1 },
  });
  const files = await readdir(keep);
  const kept = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(path.join(keep, file), "utf8"))),
  );
  const found = kept.map(({ verdict, what, steps }) => [verdict, what, steps]).sort();
  expect(found).toEqual([
    ["bare error", "fault 3", [0]],
    ["death", "fault 1", [0]],
    ["hang", "fault 2", [0]],
    ["unhandled rejection", "fault 4", [0]],
  ]);
});

it("a case is the same every time, and a step the same whichever others are taken", () => {
  for (let i = 0; i < 50; i++) {
    const draws = (taken?: number[]) => {
      const drawn: number[] = [];
      const steps = takeSteps(`case ${i}`, taken, (random) => drawn.push(random.next()));
      return new Map(steps.map((step, at) => [step, drawn[at]]));
    };
    const all = draws();
    expect(draws()).toEqual(all);
    for (const [step, drawn] of all) expect(draws([step])).toEqual(new Map([[step, drawn]]));
  }
});
