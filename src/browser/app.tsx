import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { ViewConfig } from "../base/view-config.ts";
import { visibleText } from "../base/visible-text.ts";
import { scoreDistributions } from "../present/charts/score-distributions.ts";
import { shellCommand } from "../present/terminal/shell-command.ts";
import type { RunTable } from "../run/run-table.ts";
import { AgreementPanel } from "./agreement-panel.tsx";
import { ChartView } from "./chart-view.tsx";
import { Filters } from "./filters.tsx";
import { LayerPanel } from "./layer-panel.tsx";
import { type JudgeShape, type LayerSliders, layerRequest, slidersFor } from "./layer-request.ts";
import { lineColumns } from "./line-columns.ts";
import type { LineFilter, TableSort } from "./line-order.ts";
import { LinePanel } from "./line-panel.tsx";
import { LineTable } from "./line-table.tsx";
import type { Compared, Shown } from "./messages.ts";
import { showReport } from "./report.ts";
import { RunBar } from "./run-bar.tsx";
import type { LayerRequest } from "./run-share.ts";
import type { Source } from "./source.ts";
import { useIsNarrow } from "./use-is-narrow.ts";
import { usePainted } from "./use-painted.ts";
import { useView, type ViewState } from "./use-view.ts";

export interface AppProps {
  readonly config: ViewConfig;
  readonly source: Source;
  readonly worker: Worker;
}

const START_SORT: TableSort = { column: "run", descending: false };
/** What has moved most between two runs comes first. */
const MOVERS_FIRST: TableSort = { column: "movers", descending: true };
const EVERY_LINE: LineFilter = { criterion: null, search: "" };

/** The page. */
export function App({ config, source, worker }: AppProps) {
  const view = useView(source, worker, config.runs.length);
  const [run, setRun] = useState(0);
  const [other, setOther] = useState<number | null>(config.runs.length === 2 ? 1 : null);
  const [sliders, setSliders] = useState<Readonly<Record<number, LayerSliders>>>({});
  const table = view.tables[run];
  // The report is made once all that is in hand stands.
  const isSettled = view.compared !== null || view.problem !== null;
  useEffect(() => {
    if (isSettled && source.report !== null) void showReport(source.report);
  }, [isSettled, source]);
  const setOwn = (own: LayerSliders): void => setSliders({ ...sliders, [run]: own });
  return (
    <>
      <RunBar
        runs={config.runs}
        table={table}
        run={run}
        other={other}
        onRun={(next) => {
          setRun(next);
          if (next === other) setOther(run);
        }}
        onOther={setOther}
      />
      {view.problem !== null && (
        <p class="notes" role="alert">
          {visibleText(view.problem)}
        </p>
      )}
      {table === undefined ? (
        <p class="note">Loading…</p>
      ) : (
        <RunPart
          key={run}
          config={config}
          source={source}
          view={view}
          table={table}
          run={run}
          other={other}
          sliders={sliders}
          onSliders={setOwn}
        />
      )}
    </>
  );
}

interface RunPartProps {
  readonly config: ViewConfig;
  readonly source: Source;
  readonly view: ReturnType<typeof useView>;
  readonly table: RunTable;
  readonly run: number;
  readonly other: number | null;
  readonly sliders: Readonly<Record<number, LayerSliders>>;
  readonly onSliders: (sliders: LayerSliders) => void;
}

function RunPart(props: RunPartProps) {
  const { config, view, table, run, sliders, onSliders } = props;
  const otherTable = props.other === null ? undefined : view.tables[props.other];
  const other = otherTable === undefined ? null : props.other;
  const otherName = other === null ? null : (config.runs[other]?.name ?? "");
  const [sort, setSort] = useState<TableSort>(other === null ? START_SORT : MOVERS_FIRST);
  const [filter, setFilter] = useState<LineFilter>(EVERY_LINE);
  const [selected, setSelected] = useState<number | null>(null);
  const isNarrow = useIsNarrow();
  const own = useMemo(() => slidersFor(ownRequest(table), shapeOf(table)), [table]);
  const start = useMemo(
    () => slidersFor(config.layers ?? ownRequest(table), shapeOf(table)),
    [config, table],
  );
  const current = sliders[run] ?? start;
  const layers = layerRequest(current, shapeOf(table));
  const otherLayers = requestOf(otherTable, other === null ? undefined : sliders[other], config);
  const { show, showLine } = view;

  useEffect(() => {
    setSort(other === null ? START_SORT : MOVERS_FIRST);
  }, [other]);
  // Layout effects come before the frame is painted: the workers compute meanwhile.
  useLayoutEffect(() => {
    const beside =
      other === null || otherLayers === null ? null : { run: other, layers: otherLayers };
    show({ run, layers, other: beside, sort, filter });
  }, [run, layers.spec, layers.projection, other, otherLayers?.spec, sort, filter]);
  useLayoutEffect(() => {
    if (selected !== null) showLine(run, selected, layers);
  }, [run, selected, layers.spec, layers.projection]);

  const shown: Shown | null = view.shown?.run === run ? view.shown : null;
  const compared: Compared | null = view.compared;
  const figures = shown?.columns ?? NO_FIGURES;
  const columns = useMemo(
    () => lineColumns(table, figures, otherName),
    [table, figures, otherName],
  );
  const lines = useMemo(
    () => (
      <LineTable
        columns={isNarrow ? columns.filter(({ isMain }) => isMain) : columns}
        request={shown?.id}
        order={shown?.order ?? NO_LINES}
        sort={sort}
        onSort={setSort}
        selected={selected}
        onSelect={setSelected}
      />
    ),
    [columns, isNarrow, shown, sort, selected],
  );
  const line = view.line?.run === run && view.line.line === selected ? view.line.found : null;
  return (
    <div class={selected === null ? "workplace" : "workplace with-line"}>
      <div class="hands">
        <LayerPanel
          judge={shapeOf(table)}
          own={own}
          sliders={current}
          onChange={onSliders}
          commands={commandsFor(table, layers, config)}
        />
        <AgreementPanel criteria={table.criteria} compared={compared} otherName={otherName} />
      </div>
      <div class="items-part">
        <Filters
          table={table}
          filter={filter}
          onFilter={setFilter}
          count={shown?.order.length}
          isReading={filter.search.trim() !== "" && !view.searchable.includes(run)}
        />
        {lines}
        <Histograms compared={compared} />
      </div>
      {selected !== null && (
        <LinePanel
          source={props.source}
          run={run}
          table={table}
          line={selected}
          columns={columns}
          found={line}
          rating={ratingOf(props, selected)}
          onClose={() => setSelected(null)}
        />
      )}
    </div>
  );
}

/** How the chosen line is rated; null where nobody may. */
function ratingOf({ config: { rater }, view, run }: RunPartProps, line: number) {
  if (rater === null) return null;
  return {
    rater,
    given: view.given[run]?.get(line),
    onRate: (human: number | null) => view.rate({ run, line, human }),
    onUndo: () => view.rate("undo"),
  };
}

const NO_LINES = new Int32Array(0);
const NO_FIGURES = {};

function shapeOf({ header }: RunTable): JudgeShape {
  return { layers: header.judge.layers, labels: header.labels.length };
}

function ownRequest({ header }: RunTable): LayerRequest {
  return { spec: header.options.layers, projection: header.options.projection };
}

function requestOf(
  table: RunTable | undefined,
  sliders: LayerSliders | undefined,
  { layers }: ViewConfig,
): LayerRequest | null {
  if (table === undefined) return null;
  return sliders === undefined
    ? (layers ?? ownRequest(table))
    : layerRequest(sliders, shapeOf(table));
}

/** What does with the run's files what the sliders stand for. */
function commandsFor(
  { files }: RunTable,
  { spec, projection }: LayerRequest,
  { ratings, ...config }: ViewConfig,
) {
  const platform = config.platform as NodeJS.Platform;
  const words = ["--layers", spec, ...(projection === "raw" ? ["--projection", projection] : [])];
  const human = ratings.flatMap((file) => ["--ratings", file]);
  return [
    {
      name: "as lager eval",
      command: shellCommand(["lager", "eval", ...words, ...human], files, platform),
    },
    { name: "options", command: shellCommand(words, [], platform) },
  ];
}

function Histograms(props: Pick<ViewState, "compared">) {
  const compared = usePainted(props.compared);
  const charts = useMemo(() => scoreDistributions(compared?.histograms ?? []), [compared]);
  if (charts.length === 0) return null;
  return (
    <section aria-labelledby="histograms-title" class="histograms">
      <h3 id="histograms-title">Scores of the layers in hand</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone */}
      <section class="multiples" aria-labelledby="histograms-title" tabIndex={0}>
        {charts.map((chart) => (
          <div key={chart.title}>
            <h4>{visibleText(chart.title)}</h4>
            <ChartView chart={chart} />
          </div>
        ))}
      </section>
    </section>
  );
}
