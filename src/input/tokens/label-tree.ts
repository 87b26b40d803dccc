import { LagerError } from "../../base/errors.ts";

/** A place where labels part: the token after `prefix` decides which of them can still come. */
export interface LabelNode {
  /** Tokens between the prompt and this place; empty at the root. Shape [depth]. */
  readonly prefix: Int32Array;
  /** The tokens that may follow, in the order of the labels they lead to. Shape [outcomes ≥ 2]. */
  readonly outcomes: Int32Array;
  /** Index of the outcome that each label goes through, −1: the label is elsewhere. Shape [labels]. */
  readonly outcomeOf: Int32Array;
}

/**
 * How the labels of a scale follow a prompt. A label's probability is the product of its outcomes'
 * probabilities at the nodes on its path; where only one token can follow, it is certain and there
 * is no node. Where every label is one token, the root is the only node.
 */
export interface LabelTree {
  /**
   * Each label's tokens after the prompt, shape [labels][tokens]. None begins another: a label
   * that another one goes on from ("1" against "10") ends with the judge's end-of-turn token.
   */
  readonly paths: readonly (readonly number[])[];
  /** Depth-first, the root (empty prefix) first. */
  readonly nodes: readonly LabelNode[];
  /** Every label is one token: nothing is decoded behind the prompt. */
  readonly isFlat: boolean;
}

/**
 * The tree of the labels' paths.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two paths, or one begins another.
 */
export function labelTree(paths: readonly (readonly number[])[]): LabelTree {
  const nodes: LabelNode[] = [];
  const visit = (prefix: readonly number[], labels: readonly number[]): void => {
    const branches = new Map<number, number[]>();
    for (const label of labels) {
      const path = paths[label] ?? [];
      const token = path[prefix.length];
      if (token === undefined) {
        throw new LagerError(
          "INVALID_ARGUMENT",
          `the label tokens ${JSON.stringify(path)} begin those of another label`,
        );
      }
      const branch = branches.get(token);
      if (branch === undefined) branches.set(token, [label]);
      else branch.push(label);
    }
    if (branches.size > 1) nodes.push(labelNode(prefix, branches, paths.length));
    for (const [token, branch] of branches) {
      if (branch.length > 1) visit([...prefix, token], branch);
    }
  };
  if (paths.length < 2) throw new LagerError("INVALID_ARGUMENT", "a scale has at least two labels");
  visit([], [...paths.keys()]);
  return { paths, nodes, isFlat: paths.every((path) => path.length === 1) };
}

/** @param branches The labels behind each token. */
function labelNode(
  prefix: readonly number[],
  branches: ReadonlyMap<number, readonly number[]>,
  labelCount: number,
): LabelNode {
  const outcomeOf = new Int32Array(labelCount).fill(-1);
  for (const [outcome, labels] of [...branches.values()].entries()) {
    for (const label of labels) outcomeOf[label] = outcome;
  }
  return { prefix: Int32Array.from(prefix), outcomes: Int32Array.from(branches.keys()), outcomeOf };
}
