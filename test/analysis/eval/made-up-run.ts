import { writeFile } from "node:fs/promises";
import path from "node:path";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { formatRunLine } from "../../../src/run/format-run-line.ts";
import type { RunHeader, RunLine, RunScore } from "../../../src/run/run-format.ts";
import { scoreFromCapture } from "../../../src/scoring/score/score-from-capture.ts";
import { HEADER } from "../../run/example-run.ts";
import { flatNodes } from "../../support/node-logits.ts";
import { scratchFolder } from "../../support/scratch.ts";

const LAYERS = 3;
const VALUES = [1, 2, 3];

/** A judge of three layers on two criteria: layer 2 knows the human score, the last one is noise. */
export const MADE_UP_HEADER: RunHeader = {
  ...HEADER,
  judge: {
    name: "made-up",
    sha256: "ab".repeat(32),
    architecture: "llama",
    quantization: "F16",
    layers: LAYERS,
  },
  task: parseTask({
    name: "made-up",
    scale: { min: 1, max: 3 },
    criteria: ["clarity", "depth"].map((name) => ({ name, description: name })),
  }),
};

/**
 * Score lines of `records` records, scored as the judge would: layer 0 was not captured, layer 1 is
 * the same for all, layer 2 rises with the human score, layer 3 does not know it.
 */
export function madeUpScores(records: number, seed = 1): RunScore[] {
  const random = seededRandom(seed);
  return Array.from({ length: records }, (_, record) => record).flatMap((record) =>
    ["clarity", "depth"].map((criterion) => {
      const human = 1 + Math.round(random() * 8) / 4;
      const noise = 1 + 2 * random();
      const rows = [null, [0, 0, 0], peak(human), peak(noise)];
      const raw = rows.map((row) => row && Float32Array.from(row, (z) => 2 * z));
      return {
        kind: "score",
        id: `r${record}`,
        criterion,
        ...scoreFromCapture(
          {
            nodes: flatNodes(rows, raw),
            scoreMass: 0.9,
            promptTokens: 100 + record,
            reusedTokens: 10,
            branchTokens: 0,
          },
          {
            layerCount: LAYERS,
            values: VALUES,
            layers: [1, 2, 3],
            weights: Float64Array.of(1 / 3, 1 / 3, 1 / 3),
            projection: "normed",
          },
        ),
        human,
        responseLength: 10 + Math.floor(random() * 50),
        systemId: `s${record % 4}`,
        group: `g${record >> 1}`,
      } satisfies RunScore;
    }),
  );
}

/** Logits of a distribution around a score: its expectation rises with the score. */
function peak(score: number): number[] {
  return VALUES.map((value) => -((value - score) ** 2));
}

/** Writes a run file into a folder of the running test. */
export async function writeRun(...lines: RunLine[]): Promise<string> {
  const file = path.join(await scratchFolder(), "run.jsonl");
  await writeFile(file, lines.map((line) => `${formatRunLine(line)}\n`).join(""));
  return file;
}
