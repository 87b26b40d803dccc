import type { ScopeAgreement } from "../analysis/eval/layer-agreement.ts";
import { countText, differenceText, figureText } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import { FigureTable } from "./figure-table.tsx";
import type { Compared } from "./messages.ts";

export interface AgreementPanelProps {
  readonly criteria: readonly string[];
  readonly compared: Compared | null;
}

/** How far the scores agree with people; where nobody scored, what they are. */
export function AgreementPanel({ criteria, compared }: AgreementPanelProps) {
  const hasHuman = (compared?.agreement.pooled.n ?? 0) > 0;
  return (
    <section
      class="panel agreement"
      aria-labelledby="agreement-title"
      data-compared={compared?.id}
      data-layers={compared?.layers.spec}
    >
      <h3 id="agreement-title">
        {hasHuman ? "Agreement of the layers in hand" : "Mean scores of the layers in hand"}
      </h3>
      {compared === null ? (
        <p class="note">…</p>
      ) : hasHuman ? (
        <Agreement criteria={criteria} compared={compared} />
      ) : (
        <Means criteria={criteria} compared={compared} />
      )}
    </section>
  );
}

interface PartProps {
  readonly criteria: readonly string[];
  readonly compared: Compared;
}

const AGREEMENT_HEADINGS = [
  { name: "Spearman" },
  { name: "− e-score" },
  { name: "Pearson" },
  { name: "Kendall" },
  { name: "given length", title: "Spearman given the response's length" },
  { name: "error", title: "mean absolute error, in the scale's units" },
  { name: "n" },
];

function Agreement({ criteria, compared: { agreement, baseline } }: PartProps) {
  const scopes: readonly (readonly [string, ScopeAgreement, ScopeAgreement | undefined])[] = [
    ...(criteria.length > 1
      ? ([["mean over criteria", agreement.mean, baseline.mean]] as const)
      : []),
    ...agreement.criteria.map(
      (own, i) => [visibleText(criteria[i] ?? ""), own, baseline.criteria[i]] as const,
    ),
    ...(criteria.length > 1 ? ([["all lines", agreement.pooled, baseline.pooled]] as const) : []),
  ];
  return (
    <FigureTable label="Agreement with people" headings={AGREEMENT_HEADINGS}>
      {scopes.map(([name, own, before]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td class="figure strong" data-value={own.spearman}>
            {figureText(own.spearman)}
          </td>
          <td class="figure">{differenceText(own.spearman - (before?.spearman ?? Number.NaN))}</td>
          <td class="figure" data-value={own.pearson}>
            {figureText(own.pearson)}
          </td>
          <td class="figure" data-value={own.kendall}>
            {figureText(own.kendall)}
          </td>
          <td class="figure" data-value={own.partialSpearman}>
            {figureText(own.partialSpearman)}
          </td>
          <td class="figure">{figureText(own.meanAbsoluteError, 2)}</td>
          <td class="figure">{countText(own.n)}</td>
        </tr>
      ))}
    </FigureTable>
  );
}

function Means({ criteria, compared: { means } }: PartProps) {
  return (
    <>
      <p class="note">No line of this run has a human score.</p>
      <dl class="means">
        {criteria.map((name, i) => (
          <div key={name}>
            <dt>{visibleText(name)}</dt>
            <dd>{figureText(means[i])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
