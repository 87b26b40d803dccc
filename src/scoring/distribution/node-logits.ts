import { LagerError } from "../../base/errors.ts";
import type { LabelNode } from "../../input/tokens/label-tree.ts";
import type { Projection } from "../weights/layer-set.ts";

/**
 * The score logits captured at one node of the label tree: of one item, or of all lines of a run.
 * Where every label is one token there is one node, whose outcomes are the labels.
 */
export interface NodeLogits extends LabelNode {
  /** Of a checklist; left out where the criterion's scale itself was asked for. */
  readonly question?: NodeQuestion;
  /**
   * W_k · N(h_l), the logit lens with the model's final norm. Row-major, shape [layers + 1, outcomes],
   * or [lines, layers + 1, outcomes]; row 0 is the token embedding, a row of NaN was not captured.
   */
  readonly normed: Float32Array;
  /** W_k · h_l, the logit lens without the final norm; of the same shape. */
  readonly raw: Float32Array;
}

/** The question that a node's labels answer. */
export interface NodeQuestion {
  /** Its place among the questions of its line's criterion, from 0. */
  readonly number: number;
  /**
   * What it counts among them, shape [lines]; they sum to 1 over a line's questions. 0: the line's
   * criterion has no such question, and the logits say nothing.
   */
  readonly shares: Float64Array;
}

/** The nodes of each question; all of them as one where no question was asked. */
export function questionNodes(nodes: readonly NodeLogits[]): readonly (readonly NodeLogits[])[] {
  const questions: NodeLogits[][] = [];
  for (const node of nodes) {
    const number = node.question?.number ?? 0;
    const known = questions[number];
    if (known === undefined) questions[number] = [node];
    else known.push(node);
  }
  return questions;
}

/** Whether labels part behind their first tokens, so that something is decoded for them. */
export function hasBranches(nodes: readonly NodeLogits[]): boolean {
  return questionNodes(nodes).some((own) => own.length > 1);
}

/**
 * Checks one item's nodes: each row is either finite or all NaN, which is not captured.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a logit is not finite, `INVALID_ARGUMENT` when the
 *   shape does not fit.
 */
export function checkNodeLogits(nodes: readonly NodeLogits[], layerCount: number): void {
  for (const node of nodes) {
    for (const projection of ["normed", "raw"] as const) {
      checkLogits(projection, node[projection], layerCount, node.outcomes.length);
    }
  }
}

function checkLogits(
  projection: Projection,
  logits: Float32Array,
  layerCount: number,
  outcomes: number,
): void {
  if (outcomes === 0 || logits.length !== (layerCount + 1) * outcomes) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the ${projection} logits have ${logits.length} elements; ${layerCount} layers and the token ` +
        `embedding with ${outcomes} labels make ${(layerCount + 1) * outcomes}`,
    );
  }
  for (let layer = 0; layer <= layerCount; layer++) {
    const row = logits.subarray(layer * outcomes, (layer + 1) * outcomes);
    if (row.every(Number.isFinite) || row.every(Number.isNaN)) continue;
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      `the ${projection} logits of layer ${layer} are not finite (${row.join(", ")}): nothing of ` +
        "this capture can be trusted",
    );
  }
}

/**
 * Checks that one item's layers were captured at every node.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when one was not or is not finite, `INVALID_ARGUMENT` when
 *   there is no such layer.
 */
export function requireCaptured(
  nodes: readonly NodeLogits[],
  projection: Projection,
  layers: readonly number[],
): void {
  for (const { outcomes, ...logits } of nodes) {
    const width = outcomes.length;
    const last = logits[projection].length / width - 1;
    for (const layer of layers) {
      if (!(layer >= 0 && layer <= last)) {
        throw new LagerError(
          "INVALID_ARGUMENT",
          `there is no layer ${layer}: the logits are of layers 0 to ${last}`,
        );
      }
      const row = logits[projection].subarray(layer * width, (layer + 1) * width);
      if (row.every(Number.isFinite)) continue;
      throw new LagerError(
        "CAPTURE_INCOMPLETE",
        `the ${projection} logits of layer ${layer} were not captured (${row.join(", ")}): leave the ` +
          "layer out of the layer set, or score the item again",
      );
    }
  }
}
