import { figureText, rangeText } from "../../base/figure-text.ts";
import type { KnowledgeResult, MethodKnowledge } from "../../workflows/knowledge/result.ts";
import { figureColumns, formatTable } from "./table.ts";
import { oneLine } from "./terminal-text.ts";

const SHOWN_CALLED = 10;

/** The result for the terminal: figures of each method, the threshold sweep, and what was called. */
export function knowledgeText(
  result: KnowledgeResult,
  options: { readonly columns: number },
): string {
  const { questions, failed, tau, range, threshold, methods, called } = result;
  const blocks = [
    `${questions} questions scored, ${failed} failed; unanswerable at or below ` +
      `${figureText(threshold, 2)} (τ ${tau}): ${called.length}`,
  ];
  if (methods.length > 0) {
    const note =
      range === "scale"
        ? "F1 observed: min and max of the threshold are those of the method's scores (--range observed)."
        : "Thresholds lie between the least and the greatest score of each method.";
    blocks.push(
      `${methodTable(methods, options.columns)}\n${note}`,
      sweepTable(methods, options.columns),
    );
  }
  const [first] = called;
  if (first !== undefined) blocks.push(calledTable(result, options.columns));
  return `${blocks.join("\n\n")}\n`;
}

function methodTable(methods: readonly MethodKnowledge[], columns: number): string {
  return formatTable(
    [
      { title: "method", align: "left" },
      ...figureColumns(
        "F1",
        "95 %",
        "precision",
        "recall",
        "accuracy",
        "F1 observed",
        "AUROC",
        "95 %",
      ),
    ],
    methods.map(({ method, at, atObserved, f1, auroc }) => [
      method,
      figureText(f1.value),
      rangeText(f1),
      figureText(at.precision),
      figureText(at.recall),
      figureText(at.accuracy),
      figureText(atObserved.f1),
      figureText(auroc.value),
      rangeText(auroc),
    ]),
    columns,
  ).join("\n");
}

function sweepTable(methods: readonly MethodKnowledge[], columns: number): string {
  const [first] = methods;
  if (first === undefined) return "";
  return formatTable(
    [
      ...figureColumns("τ", `at ${first.method}`),
      ...methods.flatMap(({ method }) => figureColumns(`F1 ${method}`)),
      ...figureColumns(`called ${first.method}`),
    ],
    first.sweep.map(({ tau, threshold, called }, step) => [
      figureText(tau, 2),
      figureText(threshold, 2),
      ...methods.map(({ sweep }) => figureText(sweep[step]?.f1)),
      String(called),
    ]),
    columns,
  ).join("\n");
}

function calledTable({ called }: KnowledgeResult, columns: number): string {
  const lines = formatTable(
    [
      { title: "called unanswerable", align: "left", flexible: true },
      ...figureColumns("score"),
      { title: "id", align: "left" },
    ],
    called
      .slice(0, SHOWN_CALLED)
      .map(({ id, score, text }) => [oneLine(text), figureText(score, 2), id]),
    columns,
  );
  const more = called.length - SHOWN_CALLED;
  if (more > 0) lines.push(`… and ${more} more`);
  return lines.join("\n");
}
