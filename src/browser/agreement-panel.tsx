import type { ComponentChildren } from "preact";
import type { ScopeAgreement } from "../analysis/eval/layer-agreement.ts";
import { countText, differenceText, figureText } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Compared } from "./messages.ts";

export interface AgreementPanelProps {
  readonly criteria: readonly string[];
  readonly compared: Compared | null;
  readonly otherName: string | null;
}

/** How far the scores agree with people; where nobody scored, what they are. */
export function AgreementPanel({ criteria, compared, otherName }: AgreementPanelProps) {
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
      {compared !== null && compared.differences !== null && otherName !== null && (
        <Differences criteria={criteria} compared={compared} otherName={otherName} />
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

const DIFFERENCE_HEADINGS = ["mean", "higher", "equal", "lower"].map((name) => ({ name }));

/** A table of figures, of which the first column names the rows. */
function FigureTable({
  label,
  headings,
  children,
}: {
  readonly label: string;
  readonly headings: readonly { readonly name: string; readonly title?: string }[];
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it does not fit
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            {headings.map(({ name, title }) => (
              <th key={name} scope="col" class="figure" title={title}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody aria-live="polite">{children}</tbody>
      </table>
    </section>
  );
}

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

function Differences({
  criteria,
  compared: { differences },
  otherName,
}: PartProps & { readonly otherName: string }) {
  return (
    <>
      <h4>The other run's scores less these</h4>
      <p class="note">{visibleText(otherName)}</p>
      <FigureTable label="Differences of the two runs" headings={DIFFERENCE_HEADINGS}>
        {(differences ?? []).map(({ mean, higher, equal, lower }, i) => (
          <tr key={criteria[i]}>
            <th scope="row">{visibleText(criteria[i] ?? "")}</th>
            <td class="figure strong">{differenceText(mean)}</td>
            <td class="figure">{countText(higher)}</td>
            <td class="figure">{countText(equal)}</td>
            <td class="figure">{countText(lower)}</td>
          </tr>
        ))}
      </FigureTable>
    </>
  );
}
