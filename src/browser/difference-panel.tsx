import { countText, differenceText } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import { FigureTable } from "./figure-table.tsx";
import type { Differed } from "./messages.ts";
import { NameOptions } from "./name-options.tsx";

export interface DifferencePanelProps {
  /** The systems that can be compared, where there are more than two runs to choose from. */
  readonly systems: readonly string[];
  readonly pair: readonly [first: number, second: number];
  /** Null: two runs are compared, and nothing is to be chosen. */
  readonly onPair: ((pair: readonly [number, number]) => void) | null;
  readonly differed: Differed | null;
}

const HEADINGS = [
  { name: "difference", title: "of the means, in the scale's units" },
  { name: "95 % interval", title: "paired, by resamples of whole groups" },
  { name: "higher", title: "pairs in which the second is higher by more than the resolution" },
  { name: "equal" },
  { name: "lower" },
  { name: "pairs" },
];

/** How two systems differ, or two runs: the second's scores less the first's. */
export function DifferencePanel({ systems, pair, onPair, differed }: DifferencePanelProps) {
  const [first, second] = pair.map((system) => visibleText(systems[system] ?? ""));
  return (
    <section class="panel" aria-labelledby="difference-title" data-differed={differed?.id}>
      <h3 id="difference-title">Difference of two {onPair === null ? "runs" : "systems"}</h3>
      <p class="note">
        {second} less {first}
      </p>
      {onPair !== null && systems.length > 2 && (
        <div class="filters">
          {(["first", "second"] as const).map((name, i) => (
            <label key={name}>
              {name}{" "}
              <select
                value={pair[i]}
                onChange={(event) => {
                  const chosen = Number(event.currentTarget.value);
                  onPair(i === 0 ? [chosen, pair[1]] : [pair[0], chosen]);
                }}
              >
                <NameOptions names={systems} />
              </select>
            </label>
          ))}
        </div>
      )}
      {differed !== null && <Differences differed={differed} />}
    </section>
  );
}

function Differences({ differed: { differences, hasInterval } }: { readonly differed: Differed }) {
  if (differences.length === 0) return <p class="note">They have nothing in common.</p>;
  return (
    <FigureTable label="Differences of two systems" headings={HEADINGS}>
      {differences.map(({ criterion, n, value, low, high, wins, ties, losses }) => (
        <tr key={criterion}>
          <th scope="row">{criterion === null ? "mean over criteria" : visibleText(criterion)}</th>
          <td class="figure strong" data-difference={value}>
            {differenceText(value)}
          </td>
          <td class="figure" data-low={low} data-high={high}>
            {hasInterval ? `${differenceText(low)} to ${differenceText(high)}` : "…"}
          </td>
          <td class="figure">{countText(wins)}</td>
          <td class="figure">{countText(ties)}</td>
          <td class="figure">{countText(losses)}</td>
          <td class="figure">{countText(n)}</td>
        </tr>
      ))}
    </FigureTable>
  );
}
