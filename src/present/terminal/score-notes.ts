import type { Condition } from "../../input/task/condition.ts";
import type { Task } from "../../input/task/task.ts";
import type { ResumedCounts } from "../../run/resumed-lines.ts";
import { isOtherCondition, isOtherTask } from "../../scoring/weights/fitting-weights.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import type { ScoreSummary } from "../../workflows/score-run/result.ts";
import { shellCommand } from "./shell-command.ts";

/**
 * What a person should know who scores with weights: those of another task or condition may do worse
 * than none, and only labels can tell. Null where there is nothing to say.
 */
export function otherUseNote(
  weights: Weights | null,
  task: Task,
  condition: Condition,
): string | null {
  if (weights === null) return null;
  const others = [
    ...(isOtherTask(weights, task) ? [`on another task (${weights.task.name})`] : []),
    ...(isOtherCondition(weights, condition)
      ? [`under another condition (${weights.condition})`]
      : []),
  ];
  if (others.length === 0) return null;
  return (
    `warning: the weights were learned ${others.join(" and ")}: here they may do worse than none; ` +
    "`lager eval --weights` tells, on such records with human scores"
  );
}

/** What a person should know of a run that is scored. */
export function runNotes({ medianScoreMass, lines }: ScoreSummary): string[] {
  return [
    ...(lines === 0 ? ["note: there is no record in the input"] : []),
    ...(medianScoreMass < 0.5
      ? [
          "warning: the median share of the judge's probability on the score tokens is " +
            `${medianScoreMass.toFixed(3)}: it was not about to answer with a score, so its ` +
            "scores mean little; try another judge or --answer-prefix",
        ]
      : []),
  ];
}

/** How to look at one of the run's items; null where none can be named in a shell. */
export function inspectNote(file: string, { listed }: ScoreSummary): string | null {
  for (const { id } of listed) {
    const line = shellCommand(["lager", "inspect"], [file, id]);
    if (line !== null) return `next: ${line}   (one item, layer by layer)`;
  }
  return null;
}

/** How many lines of a run failed by which codes, and the first of them; null where none did. */
export function failureNote({ failures, firstFailures }: ScoreSummary): string | null {
  const [first] = firstFailures.values();
  if (first === undefined) return null;
  const codes = Array.from(failures, ([code, count]) => `${code} ${count}`);
  return `failed: ${codes.join(", ")}; first: ${first}`;
}

/** What became of the results that a run held; null where there was nothing to go on with. */
export function resumedNote(resumed: ResumedCounts | null): string | null {
  if (resumed === null) return null;
  const { kept, keptFailures, changed, retried, dropped, unseen } = resumed;
  const parts = [
    `${kept} results kept${keptFailures === 0 ? "" : ` (${keptFailures} failures: --retry-failures tries them again)`}`,
    ...(changed > 0 ? [`${changed} scored anew because what they come from changed`] : []),
    ...(retried > 0 ? [`${retried} tried again because they had failed`] : []),
    ...(dropped > 0 ? [`${dropped} dropped because the input has no such record any more`] : []),
    ...(unseen > 0 ? [`${unseen} beyond the limit kept unchecked`] : []),
  ];
  return parts.join(", ");
}
