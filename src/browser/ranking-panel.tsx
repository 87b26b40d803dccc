import { useEffect, useState } from "preact/hooks";
import {
  countedText,
  countText,
  differenceText,
  figureText,
  rangeText,
} from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import { FigureTable } from "./figure-table.tsx";
import type { SystemRanking } from "./system-pairs.ts";

export interface RankingPanelProps {
  readonly systems: readonly string[];
  /** Which layers are in hand; another text for others. */
  readonly layers: string;
  /** Of the layers in hand; null until it has been computed. */
  readonly ranking: SystemRanking | null;
  /** Has it computed. */
  readonly onRank: () => void;
}

/** Sliders that are dragged do not have all systems compared at every step. */
const HAND_RESTS_MS = 500;

const STANDING_HEADINGS = [
  { name: "mean", title: "of the scores, over the criteria" },
  { name: "95 % interval", title: "by resamples of whole groups" },
  { name: "n" },
];

const PAIR_HEADINGS = [
  { name: "difference", title: "of the means, the second less the first" },
  { name: "95 % interval", title: "paired, by resamples of whole groups" },
  { name: "p", title: "two-sided, corrected by Holm for the number of pairs" },
];

/** All systems of a run beside each other, where there are more than two; computed once it is opened. */
export function RankingPanel({ systems, layers, ranking, onRank }: RankingPanelProps) {
  const [isOpen, setIsOpen] = useState(false);
  const isWanted = isOpen && ranking === null;
  useEffect(() => {
    if (!isWanted) return;
    const timer = setTimeout(onRank, HAND_RESTS_MS);
    return () => clearTimeout(timer);
  }, [isWanted, layers]);
  return (
    <details class="panel ranking" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>All {systems.length} systems</summary>
      {ranking === null ? (
        <p class="note" role="status">
          They are being compared …
        </p>
      ) : (
        <Ranking ranking={ranking} />
      )}
    </details>
  );
}

function Ranking({ ranking: { standings, pairs } }: { readonly ranking: SystemRanking }) {
  if (standings.length === 0) return <p class="note">They have nothing in common.</p>;
  // Of systems that have nothing in common there is no difference.
  const compared = pairs.filter(({ difference }) => difference.value !== null);
  const open = compared.filter(({ settled }) => !settled).length;
  return (
    <>
      <FigureTable label="Systems, the highest mean first" headings={STANDING_HEADINGS}>
        {standings.map(({ system, n, mean }) => (
          <tr key={system}>
            <th scope="row">{visibleText(system)}</th>
            <td class="figure strong" data-mean={mean.value}>
              {figureText(mean.value)}
            </td>
            <td class="figure">{rangeText(mean)}</td>
            <td class="figure">{countText(n)}</td>
          </tr>
        ))}
      </FigureTable>
      <details>
        <summary>
          {countedText(compared.length, "pair")}, of which the data cannot settle {open}
        </summary>
        <FigureTable label="Every pair of systems" headings={PAIR_HEADINGS}>
          {compared.map(({ first, second, difference, pHolm, settled }) => (
            <tr key={JSON.stringify([first, second])}>
              <th scope="row">
                {visibleText(second)} less {visibleText(first)}
              </th>
              <td class={settled ? "figure strong" : "figure"}>
                {differenceText(difference.value)}
              </td>
              <td class="figure">{rangeText(difference)}</td>
              <td class="figure">{figureText(pHolm)}</td>
            </tr>
          ))}
        </FigureTable>
      </details>
    </>
  );
}
