import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { ViewConfig } from "../base/view-config.ts";
import { visibleText } from "../base/visible-text.ts";
import { scoreDistributions } from "../present/charts/score-distributions.ts";
import type { RunTable } from "../run/run-table.ts";
import { AgreementPanel } from "./agreement-panel.tsx";
import { ChartView } from "./chart-view.tsx";
import { DifferencePanel } from "./difference-panel.tsx";
import { EvaluationCall } from "./evaluation-call.tsx";
import { Filters } from "./filters.tsx";
import { firstVerdict } from "./first-verdict.ts";
import { layerCommands } from "./layer-commands.ts";
import { LayerPanel } from "./layer-panel.tsx";
import { type JudgeShape, type LayerSliders, layerRequest, slidersFor } from "./layer-request.ts";
import { lineColumns } from "./line-columns.ts";
import { EVERY_LINE, type LineFilter, type TableSort } from "./line-order.ts";
import { LinePanel } from "./line-panel.tsx";
import { LineTable } from "./line-table.tsx";
import type { Shown } from "./messages.ts";
import { RankingPanel } from "./ranking-panel.tsx";
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

/** The page. */
export function App({ config, source, worker }: AppProps) {
  const view = useView(source, worker, config.runs.length);
  const [run, setRun] = useState(0);
  const [other, setOther] = useState<number | null>(config.runs.length === 2 ? 1 : null);
  const [sliders, setSliders] = useState<Readonly<Record<number, LayerSliders>>>({});
  const table = view.tables[run];
  const runName = config.runs.length > 1 ? (config.runs[run]?.name ?? "") : null;
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
      {source.report !== null && (
        <EvaluationCall
          source={source.report}
          isAtOnce={config.reportsAtOnce}
          isSettled={view.compared !== null || view.problem !== null}
          verdict={view.compared === null ? null : firstVerdict(view.compared, runName)}
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
  const { config, view, table, run, sliders } = props;
  const otherTable = props.other === null ? undefined : view.tables[props.other];
  const other = otherTable === undefined ? null : props.other;
  const otherName = other === null ? null : (config.runs[other]?.name ?? "");
  const [sort, setSort] = useState<TableSort>(other === null ? START_SORT : MOVERS_FIRST);
  const [filter, setFilter] = useState<LineFilter>(EVERY_LINE);
  const [selected, setSelected] = useState<number | null>(null);
  const [chosen, setSystems] = useState<readonly [number, number]>([0, 1]);
  const systems = other === null && table.systems.length > 1 ? chosen : null;
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
    show({ run, layers, other: beside, systems, sort, filter });
  }, [run, layers.spec, layers.projection, other, otherLayers?.spec, systems, sort, filter]);
  useLayoutEffect(() => {
    if (selected !== null) showLine(run, selected, layers);
  }, [run, selected, layers.spec, layers.projection]);

  const shown: Shown | null = view.shown?.run === run ? view.shown : null;
  const figures = shown?.columns ?? NO_FIGURES;
  const columns = useColumns(table, otherName);
  const lines = useMemo(
    () => (
      <LineTable
        columns={columns.shown}
        figures={figures}
        request={shown?.id}
        order={shown?.order ?? NO_LINES}
        sort={sort}
        onSort={setSort}
        selected={selected}
        onSelect={setSelected}
      />
    ),
    [columns, shown, sort, selected],
  );
  const line = view.line?.run === run && view.line.line === selected ? view.line.found : null;
  return (
    <div class={selected === null ? "workplace" : "workplace with-line"}>
      <Hands
        {...props}
        otherName={otherName}
        own={own}
        current={current}
        layers={layers}
        otherTable={otherTable}
        otherLayers={otherLayers}
        systems={systems}
        onSystems={setSystems}
      />
      <div class="items-part">
        <Filters
          table={table}
          filter={filter}
          onFilter={setFilter}
          count={shown?.order.length}
          isReading={filter.search.trim() !== "" && !view.searchable.includes(run)}
        />
        {lines}
        <Histograms counted={view.counted} />
      </div>
      {selected !== null && (
        <LinePanel
          source={props.source}
          run={run}
          table={table}
          line={selected}
          columns={columns.all}
          figures={figures}
          found={line}
          rating={ratingOf(props, selected)}
          onClose={() => setSelected(null)}
        />
      )}
    </div>
  );
}

/** All columns, and those that there is room for. */
function useColumns(table: RunTable, otherName: string | null) {
  const isNarrow = useIsNarrow();
  return useMemo(() => {
    const all = lineColumns(table, otherName);
    return { all, shown: isNarrow ? all.filter(({ isMain }) => isMain) : all };
  }, [table, otherName, isNarrow]);
}

interface HandsProps extends RunPartProps {
  /** Of the run beside it; null until there is one. */
  readonly otherName: string | null;
  /** The run's own layers, and those in hand. */
  readonly own: LayerSliders;
  readonly current: LayerSliders;
  readonly layers: LayerRequest;
  readonly otherTable: RunTable | undefined;
  readonly otherLayers: LayerRequest | null;
  readonly systems: readonly [number, number] | null;
  readonly onSystems: (systems: readonly [number, number]) => void;
}

/** The layers in hand, and the figures that follow them. */
function Hands(props: HandsProps) {
  const { config, view, table, run, otherName, own, current, layers, systems } = props;
  return (
    <div class="hands">
      <LayerPanel
        judge={shapeOf(table)}
        own={own}
        sliders={current}
        onChange={props.onSliders}
        commands={layerCommands(
          { files: table.files, layers, compared: comparedBy(props) },
          config,
        )}
      />
      <AgreementPanel criteria={table.criteria} compared={view.compared} />
      {otherName !== null && (
        <DifferencePanel
          systems={[config.runs[run]?.name ?? "", otherName]}
          pair={[0, 1]}
          onPair={null}
          differed={view.differed}
        />
      )}
      {systems !== null && (
        <DifferencePanel
          systems={table.systems}
          pair={systems}
          onPair={props.onSystems}
          differed={view.differed}
        />
      )}
      {systems !== null && table.systems.length > 2 && (
        <RankingPanel
          systems={table.systems}
          layers={`${layers.spec} ${layers.projection}`}
          ranking={rankingOf(props)}
          onRank={() => view.rank(run, layers)}
        />
      )}
    </div>
  );
}

/** All systems under the layers in hand; null until they have been compared. */
function rankingOf({ view: { ranked }, run, layers: { spec, projection } }: HandsProps) {
  if (ranked === null || ranked.run !== run) return null;
  const isOfThese = ranked.layers.spec === spec && ranked.layers.projection === projection;
  return isOfThese ? ranked.ranking : null;
}

/** What `lager compare` would compare as the page does, if it can. */
function comparedBy({ table, otherTable, layers, otherLayers, systems }: HandsProps) {
  if (systems !== null) return { files: table.files, by: "system" } as const;
  if (otherTable === undefined || otherLayers === null) return null;
  const isSame = otherLayers.spec === layers.spec && otherLayers.projection === layers.projection;
  const files = [...table.files, ...otherTable.files];
  return isSame && files.length === 2 ? ({ files, by: "run" } as const) : null;
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

function Histograms(props: Pick<ViewState, "counted">) {
  const counted = usePainted(props.counted);
  const charts = useMemo(() => scoreDistributions(counted?.histograms ?? []), [counted]);
  if (charts.length === 0) return null;
  return (
    <section aria-labelledby="histograms-title" class="histograms">
      <h3 id="histograms-title">Scores of the layers in hand</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone */}
      <section class="multiples" aria-labelledby="histograms-title" tabIndex={0}>
        {charts.map((chart) => (
          <div key={chart.title}>
            <h4>{visibleText(chart.title)}</h4>
            <ChartView chart={chart} isLate request={counted?.id} />
          </div>
        ))}
      </section>
    </section>
  );
}
