import { seededRandom } from "../../../src/analysis/stats/random.ts";
import { labelTree } from "../../../src/input/tokens/label-tree.ts";
import type { RunTable } from "../../../src/run/run-table.ts";
import { HEADER } from "../../run/example-run.ts";

/**
 * A run of made-up records on two criteria, judged by a model of 4 layers. Layer 2 knows the human
 * score, up to noise; the last layer knows little of it.
 */
export function madeUpRun(
  records: number,
  options: { labelled?: boolean; known?: number } = {},
): RunTable {
  const random = seededRandom(11);
  const normal = () => random() + random() + random() + random() - 2;
  const lines = records * 2;
  const rows = 5;
  const normed = new Float32Array(lines * rows * 3);
  const human = new Float64Array(lines);
  for (let line = 0; line < lines; line++) {
    const quality = normal();
    human[line] = options.labelled === false ? Number.NaN : Math.min(3, Math.max(1, 2 + quality));
    for (let layer = 0; layer < rows; layer++) {
      const share = layer === 2 ? (options.known ?? 1) : layer === 4 ? 0.2 : 0;
      const lean = share * quality + 0.5 * normal();
      normed.set([-lean, 0, lean], (line * rows + layer) * 3);
    }
  }
  return {
    files: ["run.jsonl"],
    header: {
      ...HEADER,
      judge: { ...HEADER.judge, layers: 4 },
      task: { ...HEADER.task, name: "made-up" },
    },
    criteria: ["clarity", "tone"],
    records: Array.from({ length: records }, (_, i) => `r${i}`),
    lines,
    recordOf: Int32Array.from({ length: lines }, (_, line) => line >> 1),
    criterionOf: Int32Array.from({ length: lines }, (_, line) => line & 1),
    human,
    promptTokensOf: new Int32Array(lines).fill(70),
    responseLength: new Float64Array(lines).fill(9),
    systems: [],
    systemOf: new Int32Array(lines).fill(-1),
    groupCount: records,
    groupOf: Int32Array.from({ length: lines }, (_, line) => line >> 1),
    fileOf: new Int32Array(lines),
    hiddenRowOf: Int32Array.from({ length: lines }, (_, line) => line),
    scoreMass: new Float32Array(lines).fill(1),
    nodes: labelTree([[1], [2], [3]]).nodes.map((node) => ({
      ...node,
      normed,
      raw: normed.slice(),
    })),
    failures: [],
    promptTokens: 0,
    reusedTokens: 0,
  };
}
