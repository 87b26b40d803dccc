import { useEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { errorMessage } from "../base/errors.ts";
import type { RunTable } from "../run/run-table.ts";
import { tableFromBlocks } from "../run/table-columns.ts";
import type { RatingChange } from "../run/view-rating.ts";
import { Courier, type Wanted } from "./courier.ts";
import type {
  Compared,
  Counted,
  Differed,
  FromWorker,
  LineShown,
  Ranked,
  Shown,
} from "./messages.ts";
import type { LayerRequest } from "./run-share.ts";
import type { Source } from "./source.ts";

/** What has come of it. */
export interface ViewState {
  /** Runs that have arrived, without logits: those are the worker's. */
  readonly tables: readonly (RunTable | undefined)[];
  readonly shown: Shown | null;
  readonly compared: Compared | null;
  readonly counted: Counted | null;
  readonly differed: Differed | null;
  readonly ranked: Ranked | null;
  readonly line: LineShown | null;
  /** Runs of which the search has looked into the texts, if there are any. */
  readonly searchable: readonly number[];
  /** Of each run what the rater has said of its lines: a score, or null for one left out. */
  readonly given: Readonly<Record<number, ReadonlyMap<number, number | null>>>;
  /** Why nothing more comes; null where all is well. */
  readonly problem: string | null;
}

type Change =
  | FromWorker
  | { readonly kind: "rated"; readonly changes: readonly RatingChange[] }
  | { readonly kind: "table"; readonly run: number; readonly table: RunTable };

const EMPTY: ViewState = {
  tables: [],
  shown: null,
  compared: null,
  counted: null,
  differed: null,
  ranked: null,
  line: null,
  searchable: [],
  given: {},
  problem: null,
};

function changed(state: ViewState, change: Change): ViewState {
  switch (change.kind) {
    case "table": {
      const tables = [...state.tables];
      tables[change.run] = change.table;
      return { ...state, tables };
    }
    case "searchable":
      return { ...state, searchable: [...state.searchable, change.run] };
    case "shown": {
      const before = state.shown?.run === change.run ? state.shown.columns : {};
      const columns = { ...before, ...change.columns };
      return { ...state, shown: { ...change, columns }, problem: null };
    }
    case "compared":
      return { ...state, compared: change };
    case "counted":
      return { ...state, counted: change };
    case "differed":
      return { ...state, differed: change };
    case "ranked":
      return { ...state, ranked: change };
    case "line":
      return { ...state, line: change };
    case "rated":
      return rated(state, change.changes);
    case "refused":
      return { ...state, problem: change.message };
  }
}

function rated(state: ViewState, changes: readonly RatingChange[]): ViewState {
  const tables = [...state.tables];
  const given: Record<number, Map<number, number | null>> = {};
  for (const [run, own] of Object.entries(state.given)) given[Number(run)] = new Map(own);
  for (const { run, line, human, given: said } of changes) {
    const table = tables[run];
    if (table !== undefined) {
      table.human[line] = human ?? Number.NaN;
      tables[run] = { ...table };
    }
    given[run] ??= new Map();
    if (said === undefined) given[run]?.delete(line);
    else given[run]?.set(line, said);
  }
  return { ...state, tables, given, problem: null };
}

/** The state of the page, and ways to ask for more. */
export function useView(
  source: Source,
  worker: Worker,
  runs: number,
): ViewState & {
  readonly show: (wanted: Wanted) => void;
  readonly showLine: (run: number, line: number, layers: LayerRequest) => void;
  /** Compares all systems of a run. */
  readonly rank: (run: number, layers: LayerRequest) => void;
  /** Rates a line, or takes the last rating back; resolves once it is on the disk. */
  readonly rate: (given: Given) => void;
} {
  const [state, dispatch] = useReducer(changed, EMPTY);
  const courier = useRef<Courier | null>(null);
  courier.current ??= new Courier(worker, source);
  const own = courier.current;
  const refuse = (error: unknown): void =>
    dispatch({ kind: "refused", message: errorMessage(error) });
  useEffect(() => {
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      dispatch(data);
      if (data.kind === "shown" || data.kind === "refused") own.answered();
      if (data.kind === "searchable") void own.searchAgain().catch(refuse);
    });
    worker.addEventListener("error", ({ message }) => refuse(message));
    loadRuns(source, own, runs, dispatch).catch(refuse);
  }, [source, worker, own, runs]);
  return useMemo(
    () => ({
      ...state,
      show(wanted: Wanted) {
        void own.show(wanted).catch(refuse);
        if (wanted.filter.search.trim() === "") return;
        own
          .needTexts(wanted.run)
          .then((isThere) => {
            if (!isThere) dispatch({ kind: "searchable", run: wanted.run });
          })
          .catch(refuse);
      },
      rate: (given: Given) => void rate(source, own, given, dispatch).catch(refuse),
      showLine: (run: number, line: number, layers: LayerRequest) =>
        void own.ask({ kind: "line", run, line, layers }).catch(refuse),
      rank: (run: number, layers: LayerRequest) =>
        void own.ask({ kind: "rank", run, layers }).catch(refuse),
    }),
    [state, own],
  );
}

/** What the rater says of a line: a score, null to leave it out; or that the last one was a mistake. */
export type Given =
  | { readonly run: number; readonly line: number; readonly human: number | null }
  | "undo";

async function rate(
  { ratings }: Source,
  courier: Courier,
  given: Given,
  dispatch: (change: Change) => void,
): Promise<void> {
  if (ratings === null) return;
  const changes =
    given === "undo"
      ? await ratings.takeBack()
      : await ratings.rate(given.run, given.line, given.human);
  dispatch({ kind: "rated", changes });
  for (const { run, line, human } of changes) {
    courier.send({ kind: "human", run, lines: [line], human: [human ?? Number.NaN] });
  }
  await courier.again();
}

async function loadRuns(
  source: Source,
  courier: Courier,
  runs: number,
  dispatch: (change: Change) => void,
): Promise<void> {
  for (let run = 0; run < runs; run++) {
    const [head, lines, normed] = await Promise.all([
      source.head(run),
      source.block(run, "lines"),
      source.block(run, "normed"),
    ]);
    if (lines === null || normed === null) throw new Error(`run ${run + 1} is not in this page`);
    const table = tableFromBlocks(head, { lines: lines.slice(0) });
    courier.send({ kind: "load", run, head, lines, normed }, [lines, normed]);
    dispatch({ kind: "table", run, table });
    if (source.ratings === null) continue;
    dispatch({ kind: "rated", changes: await source.ratings.given(run) });
  }
}
