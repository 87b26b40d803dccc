import { seededRandom } from "../../../src/analysis/stats/random.ts";
import type { RunHidden } from "../../../src/run/run-hidden.ts";
import type { RunTable } from "../../../src/run/run-table.ts";

/** Numbers in a made-up hidden state. */
export const WIDTH = 6;

/** Hidden states of two layers; a direction in layer 3 knows the human score, up to noise. */
export function madeUpHidden(table: RunTable, layers: readonly number[] = [1, 3]): RunHidden {
  const random = seededRandom(5);
  const states = Array.from({ length: table.lines }, (_, line) =>
    Float32Array.from({ length: layers.length * WIDTH }, (_, i) => {
      const knows = layers[Math.floor(i / WIDTH)] === 3 ? [0, 1, -1, 0.5, 0, 2][i % WIDTH] : 0;
      return 3 + (knows ?? 0) * (table.human[line] ?? 0) + (random() - 0.5) * (1 + (i % 3));
    }),
  );
  return {
    layers,
    width: WIDTH,
    read: async (line) => states[line] ?? new Float32Array(),
    [Symbol.asyncDispose]: async () => {},
  };
}
