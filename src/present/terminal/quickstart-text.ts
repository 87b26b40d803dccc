import path from "node:path";
import { figureText } from "../../base/figure-text.ts";
import type { CriterionAgreement, QuickstartResult } from "../../workflows/quickstart/result.ts";
import { bytesText } from "./bytes-text.ts";
import { scoreTable } from "./score-table.ts";
import { shellCommand } from "./shell-command.ts";
import { figureColumns, formatTable } from "./table.ts";

/**
 * The quick start for the terminal: the scores, how far they agree with people's, what that is worth,
 * and what to run next.
 */
export function quickstartText(
  result: QuickstartResult,
  options: { readonly columns: number },
): string {
  const blocks = [
    scoreTable(result.summary, options).trimEnd(),
    agreementLines(result.agreement, options.columns).join("\n"),
    verdict(result).join("\n"),
    nextLines(result).join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function agreementLines(agreement: readonly CriterionAgreement[], width: number): string[] {
  return [
    "agreement with the human scores of the example",
    ...formatTable(
      [
        { title: "criterion", align: "left", flexible: true },
        ...figureColumns("answers", "Spearman", "by chance"),
      ],
      agreement.map(({ criterion, answers, spearman, byChance }) => [
        criterion,
        String(answers),
        figureText(spearman, 2),
        byChance === null ? "anything" : `±${figureText(byChance, 2)}`,
      ]),
      width,
    ),
  ];
}

/** What the agreement is worth. */
function verdict({ judge, isToy, agreement }: QuickstartResult): string[] {
  const answers = Math.max(0, ...agreement.map((each) => each.answers));
  return [
    ...(isToy
      ? [
          `${judge} is a toy: with 135 million parameters it judges hardly better than`,
          "chance. It shows how things work, not what a judge can do.",
        ]
      : []),
    `${answers} answers are a handful: a judge that knows nothing passes "by chance" one time`,
    "in twenty.",
  ];
}

/** Commands that go on from here. */
function nextLines(result: QuickstartResult): string[] {
  const { data, task, run, recommended, memory } = result;
  const [first] = result.summary.listed;
  const judge = recommended?.name ?? "qwen2.5-coder-1.5b";
  const fit =
    recommended === null
      ? "the smallest that does judge; this machine is small or slow for it"
      : `fits here: ${bytesText(recommended.memory)} of ${bytesText(memory)}`;
  const steps: [line: string | null, what: string][] = [
    [
      first === undefined ? null : shellCommand(["lager", "inspect"], [run, first.id]),
      "one answer, layer by layer",
    ],
    [shellCommand(["lager", "judges", "pull"], [judge]), fit],
    [
      shellCommand(
        [
          ...["lager", "score", shortPath(data), "--task", shortPath(task)],
          ...["-j", judge, "-o", "run.jsonl"],
        ],
        [],
      ),
      "the same answers with it",
    ],
    [shellCommand(["lager", "eval"], ["run.jsonl"]), "every method against the human scores"],
  ];
  return [
    "next:",
    ...steps.flatMap(([line, what]) => (line === null ? [] : [`  ${line}`, `      ${what}`])),
  ];
}

/** A path as it is shorter to write from the current folder. */
function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
