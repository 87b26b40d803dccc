import { useEffect, useMemo, useRef } from "preact/hooks";
import { figureText } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import { itemHeatMap, whereItForms } from "../present/charts/item-heat-map.ts";
import type { RunTable } from "../run/run-table.ts";
import { ChartView } from "./chart-view.tsx";
import { flipsOf } from "./flips.ts";
import { criterionOf, type LineColumn, type LineFigures, recordOf } from "./line-columns.ts";
import { LineTextsView } from "./line-texts-view.tsx";
import { RatingBar, type RatingBarProps } from "./rating-bar.tsx";
import type { LineLayers } from "./run-share.ts";
import type { Source } from "./source.ts";

export interface LinePanelProps {
  readonly source: Source;
  readonly run: number;
  readonly table: RunTable;
  readonly line: number;
  readonly columns: readonly LineColumn[];
  readonly figures: LineFigures;
  /** Null until they have come. */
  readonly found: LineLayers | null;
  /** Who may rate the line, if anybody; see `RatingBar`. */
  readonly rating: Omit<RatingBarProps, "header" | "criterion"> | null;
  readonly onClose: () => void;
}

/** One line: its figures, its distribution, and how the judgment forms layer by layer. */
export function LinePanel(props: LinePanelProps) {
  const { source, run, table, line, columns, figures, found, rating, onClose } = props;
  const { labels, values, judge } = table.header;
  const heading = useRef<HTMLHeadingElement>(null);
  const id = recordOf(table, line);
  const criterion = criterionOf(table, line);
  const human = table.human[line] as number;
  const chart = useMemo(() => {
    if (found === null) return null;
    const shown = { labels: labels.map(visibleText), values, judge };
    const own = Number.isNaN(human) ? null : human;
    return itemHeatMap(shown, { id, criterion, human: own, probabilities: found.layers }, 0);
  }, [found, id, criterion, human, labels, values, judge]);
  useEffect(() => {
    // On a phone the panel lies below the table.
    if (window.matchMedia("(max-width: 60rem)").matches) {
      heading.current?.scrollIntoView({ block: "start" });
    }
  }, [line]);
  return (
    <section class="panel line-panel" aria-labelledby="line-title">
      <div class="line-head">
        <h3 id="line-title" ref={heading}>
          <span class="id">{id}</span> <span class="muted">{criterion}</span>
        </h3>
        <button type="button" onClick={onClose} aria-label="close the line">
          ×
        </button>
      </div>
      <dl class="scores">
        {columns
          .filter(({ name }) => name !== "record" && name !== "criterion")
          .map(({ name, title, text }) => (
            <div key={name}>
              <dt>{title}</dt>
              <dd>{text(line, figures)}</dd>
            </div>
          ))}
      </dl>
      <LineTextsView
        source={source}
        run={run}
        line={line}
        record={table.recordOf[line] as number}
      />
      {rating !== null && (
        <RatingBar
          header={table.header}
          criterion={table.criteria[table.criterionOf[line] as number] ?? ""}
          {...rating}
        />
      )}
      {found !== null && (
        <>
          <h4>Distribution of the layers in hand</h4>
          <Distribution labels={labels} probabilities={found.aggregated} />
          <h4>How the judgment forms</h4>
          {chart !== null && <ChartView chart={chart} />}
          <Flips labels={labels} layers={found.layers} />
        </>
      )}
    </section>
  );
}

/** On long scales the labels that have any probability to speak of. */
const LEAST_SHOWN = 0.005;
const MANY_LABELS = 12;

function Distribution({
  labels,
  probabilities,
}: {
  readonly labels: readonly string[];
  readonly probabilities: readonly number[] | null;
}) {
  if (probabilities === null) return <p class="note">One of these layers was not captured.</p>;
  const shown = labels.flatMap((label, i) => {
    const p = probabilities[i] ?? 0;
    return labels.length > MANY_LABELS && p < LEAST_SHOWN ? [] : [{ label, p }];
  });
  return (
    <ul class="distribution">
      {shown.map(({ label, p }) => (
        <li key={label}>
          <span>{visibleText(label)}</span>
          <span class="share-bar" aria-hidden="true">
            <span style={{ width: `${100 * p}%` }} />
          </span>
          <span class="figure">{figureText(p, 3)}</span>
        </li>
      ))}
    </ul>
  );
}

function Flips({
  labels,
  layers,
}: { readonly labels: readonly string[] } & Pick<LineLayers, "layers">) {
  const flips = flipsOf(layers);
  const name = (label: number): string => visibleText(labels[label] ?? "");
  return (
    <>
      <p class="note">
        {whereItForms({ labels: labels.map(visibleText) }, { probabilities: layers })}
      </p>
      {flips.length > 0 && (
        <ol class="flips" aria-label="Layers at which the favourite label changes">
          {flips.map(({ layer, before, after }) => (
            <li key={layer}>
              layer {layer}: {name(before)} → {name(after)}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
