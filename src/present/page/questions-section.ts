import { figureText, percentText } from "../../base/figure-text.ts";
import { figure, figureTable } from "./figure.ts";
import type { Html } from "./html.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** A checklist's questions: how each was answered, and how far it agrees with people. */
export async function questionsSection(view: RunView): Promise<Section | null> {
  const { result, charts } = view;
  if (result.questions.length === 0) return null;
  const figures: Html[] = [];
  for (const [i, chart] of charts.questions.entries()) {
    figures.push(
      await figure(
        view,
        chart,
        i === 0
          ? "ρ is the question's own Spearman correlation with the human scores of the criterion. A question " +
              "that nearly everything passes, or nothing, tells responses apart by little."
          : null,
      ),
    );
  }
  const table = figureTable(
    "Questions",
    [
      { name: "criterion", text: true },
      { name: "question", text: true },
      { name: `mean p(${result.run.labels.at(-1) ?? ""})` },
      { name: "counts" },
      { name: "Spearman ρ" },
      { name: "n" },
    ],
    result.questions.map(({ criterion, question, answered, share, spearman, lines }) => [
      criterion,
      question,
      figureText(answered),
      percentText(share),
      figureText(spearman),
      lines,
    ]),
  );
  return section(view, "questions", "Question by question", [...figures, table]);
}
