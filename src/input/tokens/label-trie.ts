import { LagerError } from "../../base/errors.ts";

/** A place where labels part: the token after `prefix` decides which of them can still come. */
export interface LabelNode {
  /** Tokens between the prompt and this place; empty at the root. Shape [depth]. */
  readonly prefix: Int32Array;
  /** The tokens that may follow, in the order of the labels they lead to. Shape [outcomes ≥ 2]. */
  readonly outcomes: Int32Array;
}

/**
 * How the labels of a scale follow a prompt. A label's probability is the product of its outcomes'
 * probabilities at the nodes on its path; where only one token can follow, it is certain and there
 * is no node.
 */
export interface LabelTrie {
  /**
   * Each label's tokens after the prompt, shape [labels][tokens]. None begins another: a label
   * that another one goes on from ("1" against "10") ends with the judge's end-of-turn token.
   */
  readonly paths: readonly (readonly number[])[];
  /** Depth-first, the root (empty prefix) first. */
  readonly nodes: readonly LabelNode[];
  /**
   * Every label is one token. Then the root is the only node, and its outcomes are the labels'
   * tokens in the scale's order.
   */
  readonly isFlat: boolean;
}

/**
 * The trie of the labels' paths.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two paths, or one begins another.
 */
export function labelTrie(paths: readonly (readonly number[])[]): LabelTrie {
  const nodes: LabelNode[] = [];
  const visit = (prefix: readonly number[], members: readonly (readonly number[])[]): void => {
    const branches = new Map<number, (readonly number[])[]>();
    for (const path of members) {
      const token = path[prefix.length];
      if (token === undefined) {
        throw new LagerError(
          "INVALID_ARGUMENT",
          `the label tokens ${JSON.stringify(path)} begin those of another label`,
        );
      }
      const branch = branches.get(token);
      if (branch === undefined) branches.set(token, [path]);
      else branch.push(path);
    }
    if (branches.size > 1) {
      nodes.push({ prefix: Int32Array.from(prefix), outcomes: Int32Array.from(branches.keys()) });
    }
    for (const [token, branch] of branches) {
      if (branch.length > 1) visit([...prefix, token], branch);
    }
  };
  if (paths.length < 2) throw new LagerError("INVALID_ARGUMENT", "a scale has at least two labels");
  visit([], paths);
  return { paths, nodes, isFlat: paths.every((path) => path.length === 1) };
}
