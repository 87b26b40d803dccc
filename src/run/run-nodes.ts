import { sharedQuestions } from "../input/task/checklist.ts";
import type { LabelNode } from "../input/tokens/label-tree.ts";
import { runLabelTree } from "./parse-run-header.ts";
import type { RunHeader } from "./run-format.ts";

/** Where the logits of a run's lines stand, and what questions count. */
export interface RunNodes {
  /** Of the labels; of a checklist once for each question. */
  readonly nodes: readonly LabelNode[];
  /** What each question of a criterion counts; null in a run without questions. */
  readonly sharesOf: (criterion: string) => readonly number[] | null;
  /** The most questions that a criterion has; null in a run without questions. */
  readonly mostQuestions: number | null;
}

/** The nodes by which the lines of a run are read. */
export function runNodes(header: RunHeader): RunNodes {
  const { task } = header;
  const shares = new Map<string, readonly number[]>();
  for (const criterion of task.criteria) {
    const questions = sharedQuestions(criterion, task);
    if (questions === null) continue;
    shares.set(
      criterion.name,
      questions.map(({ share }) => share),
    );
  }
  const counts = [...shares.values()].map(({ length }) => length);
  return {
    nodes: runLabelTree(header).nodes,
    sharesOf: (criterion) => shares.get(criterion) ?? null,
    mostQuestions: counts.length === 0 ? null : Math.max(...counts),
  };
}
