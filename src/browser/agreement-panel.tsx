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
      class="panel"
      aria-labelledby="agreement-title"
      data-compared={compared?.id}
      data-layers={compared?.layers.spec}
    >
      <h2 id="agreement-title">{hasHuman ? "Agreement with people" : "Mean scores"}</h2>
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
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it does not fit
    <section class="scroll" aria-label="Agreement with people" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col" class="figure">
              Spearman
            </th>
            <th scope="col" class="figure">
              − e-score
            </th>
            <th scope="col" class="figure">
              Pearson
            </th>
            <th scope="col" class="figure">
              Kendall
            </th>
            <th scope="col" class="figure" title="Spearman given the response's length">
              given length
            </th>
            <th scope="col" class="figure" title="mean absolute error, in the scale's units">
              error
            </th>
            <th scope="col" class="figure">
              n
            </th>
          </tr>
        </thead>
        <tbody aria-live="polite">
          {scopes.map(([name, own, before]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="figure strong" data-value={own.spearman}>
                {figureText(own.spearman)}
              </td>
              <td class="figure">
                {differenceText(own.spearman - (before?.spearman ?? Number.NaN))}
              </td>
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
        </tbody>
      </table>
    </section>
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
      <h3>The other run's scores less these</h3>
      <p class="note">{visibleText(otherName)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it does not fit */}
      <section class="scroll" aria-label="Differences of the two runs" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col" class="figure">
                mean
              </th>
              <th scope="col" class="figure">
                higher
              </th>
              <th scope="col" class="figure">
                equal
              </th>
              <th scope="col" class="figure">
                lower
              </th>
            </tr>
          </thead>
          <tbody aria-live="polite">
            {(differences ?? []).map(({ mean, higher, equal, lower }, i) => (
              <tr key={criteria[i]}>
                <th scope="row">{visibleText(criteria[i] ?? "")}</th>
                <td class="figure strong">{differenceText(mean)}</td>
                <td class="figure">{countText(higher)}</td>
                <td class="figure">{countText(equal)}</td>
                <td class="figure">{countText(lower)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
