import { allSettled } from "../base/all-settled.ts";
import { LagerError } from "../base/errors.ts";
import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";
import type { Capture } from "../scoring/score/score-from-capture.ts";

/** The captures of all nodes of a prompt's labels, and what they took. */
export interface NodeCaptures extends Capture {
  /** At the root, where the labels part first, shape [layers + 1, width]; where it was asked for. */
  readonly hidden?: Float32Array | undefined;
}

/** How nodes are captured. */
export interface CaptureNodesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly hidden?: boolean;
}

/**
 * Captures every node of the labels: the prompt and the node's own tokens after it, with the node's
 * outcomes as score tokens. What the nodes share with each other is decoded once.
 *
 * @throws LagerError as `JudgeEngine.capture` does; then nothing is under way any more.
 */
export async function captureNodes(
  engine: Pick<JudgeEngine, "capture">,
  prompt: Int32Array,
  labels: LabelTree,
  options: CaptureNodesOptions = {},
): Promise<NodeCaptures> {
  // Queued at one go: another prompt's capture between them would end the sharing.
  const scores = await allSettled(
    labels.nodes.map(({ prefix, outcomes }, i) =>
      engine.capture(joined(prompt, prefix), outcomes, {
        ...options,
        // A single node is left to the engine: behind an answer its turn has plain attention.
        ...(!labels.isFlat && { plainAttention: true }),
        hidden: options.hidden === true && i === 0,
      }),
    ),
  );
  const [root, ...branches] = scores;
  if (root === undefined) throw new LagerError("INTERNAL", "the labels part nowhere");
  return {
    nodes: labels.nodes.flatMap((node, i) => {
      const score = scores[i];
      return score === undefined ? [] : [{ ...node, normed: score.normed, raw: score.raw }];
    }),
    scoreMass: root.scoreMass,
    promptTokens: root.promptTokens,
    reusedTokens: root.reusedTokens,
    hidden: root.hidden,
    branchTokens: branches.reduce(
      (sum, { promptTokens, reusedTokens }) => sum + promptTokens - reusedTokens,
      0,
    ),
  };
}

function joined(prompt: Int32Array, prefix: Int32Array): Int32Array {
  const tokens = new Int32Array(prompt.length + prefix.length);
  tokens.set(prompt);
  tokens.set(prefix, prompt.length);
  return tokens;
}
