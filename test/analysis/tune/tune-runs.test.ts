import { expect, it } from "vitest";
import { tuneRuns } from "../../../src/analysis/tune/tune-runs.ts";
import { HiddenWriter } from "../../../src/run/hidden-writer.ts";
import { madeUpHeader, madeUpScores, noisyLayers, writeRun } from "../../fixtures/made-up-run.ts";

it("a probe is learned from the hidden states beside the run, which stay open as long", async () => {
  const layers = noisyLayers(0);
  const header = madeUpHeader(layers);
  const scores = madeUpScores(40, { layers });
  const run = await writeRun(header, ...scores.map((line, hiddenRow) => ({ ...line, hiddenRow })));
  const writer = await HiddenWriter.create(run, {
    ...{ judgeSha256: header.judge.sha256, layers: [2], width: 2 },
  });
  for (const { human = 0, id } of scores) await writer.add(Float32Array.of(human, id.length));
  await writer.close();
  const weights = await tuneRuns([run], { recipe: "probe" });
  expect(weights).toMatchObject({ recipe: "probe", layerSet: { layers: [2] } });
  expect(weights.validation?.methods[0]?.spearman.value).toBeGreaterThan(0.9);
});
