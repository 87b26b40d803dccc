import { labelTree } from "../../src/input/tokens/label-tree.ts";
import type { NodeLogits } from "../../src/scoring/distribution/node-logits.ts";

/** Logits by layer; null: not captured. */
export type Rows = readonly (ArrayLike<number> | null)[];

/** Logits at the nodes of the labels' tree, one pair of rows for each node. */
export function nodesOf(
  paths: readonly (readonly number[])[],
  ...rows: readonly { readonly normed: Rows; readonly raw?: Rows }[]
): NodeLogits[] {
  return labelTree(paths).nodes.map((node, i) => {
    const { normed = [], raw = normed } = rows[i] ?? {};
    const count = node.outcomes.length;
    return { ...node, normed: columns(normed, count), raw: columns(raw, count) };
  });
}

/** The only node of labels of one token each: 1, 2, … */
export function flatNodes(normed: Rows, raw: Rows = normed): NodeLogits[] {
  const labels = [...normed, ...raw].find((row) => row !== null)?.length ?? 2;
  const paths = Array.from({ length: labels }, (_, label) => [label + 1]);
  return nodesOf(paths, { normed, raw });
}

/** Logits by layer again; null for a row of NaN. */
export function rowsOf(
  node: NodeLogits | undefined,
  projection: "normed" | "raw" = "normed",
): (number[] | null)[] {
  const logits = node?.[projection] ?? new Float32Array();
  const count = node?.outcomes.length ?? 1;
  return Array.from({ length: logits.length / count }, (_, layer) => {
    const row = Array.from(logits.subarray(layer * count, (layer + 1) * count));
    return row.every(Number.isNaN) ? null : row;
  });
}

function columns(rows: Rows, count: number): Float32Array {
  const empty = new Array<number>(count).fill(Number.NaN);
  return Float32Array.from(rows.flatMap((row) => Array.from(row ?? empty)));
}
