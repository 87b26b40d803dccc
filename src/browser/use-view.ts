import { useEffect, useMemo, useReducer, useRef } from "preact/hooks";
import type { RunTable } from "../run/run-table.ts";
import { tableFromBlocks } from "../run/table-columns.ts";
import type { LineFilter, TableSort } from "./line-order.ts";
import type { Compared, FromWorker, LineShown, Shown, ShowRequest, ToWorker } from "./messages.ts";
import type { LayerRequest } from "./run-share.ts";
import type { Source } from "./source.ts";

/** What is asked of the worker: what the page shows. */
export interface Wanted {
  readonly run: number;
  readonly layers: LayerRequest;
  readonly other: { readonly run: number; readonly layers: LayerRequest } | null;
  readonly sort: TableSort;
  readonly filter: LineFilter;
}

/** What has come of it. */
export interface ViewState {
  /** Runs that have arrived, without logits: those are the worker's. */
  readonly tables: readonly (RunTable | undefined)[];
  readonly shown: Shown | null;
  readonly compared: Compared | null;
  readonly line: LineShown | null;
  /** Why nothing more comes; null where all is well. */
  readonly problem: string | null;
}

type Change =
  | FromWorker
  | { readonly kind: "table"; readonly run: number; readonly table: RunTable };

const EMPTY: ViewState = { tables: [], shown: null, compared: null, line: null, problem: null };

function changed(state: ViewState, change: Change): ViewState {
  switch (change.kind) {
    case "table": {
      const tables = [...state.tables];
      tables[change.run] = change.table;
      return { ...state, tables };
    }
    case "loaded":
      return state;
    case "shown": {
      const columns = change.columns ?? state.shown?.columns ?? null;
      return { ...state, shown: { ...change, columns }, problem: null };
    }
    case "compared":
      return { ...state, compared: change };
    case "line":
      return { ...state, line: change };
    case "refused":
      return { ...state, problem: change.message };
  }
}

/** Talks to the worker: one request at a time, and of those that come meanwhile the last. */
class Courier {
  readonly #worker: Worker;
  readonly #source: Source;
  readonly #hasRaw = new Set<number>();
  #next: Wanted | null = null;
  #isBusy = false;
  #id = 0;

  constructor(worker: Worker, source: Source) {
    this.#worker = worker;
    this.#source = source;
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  async show(wanted: Wanted): Promise<void> {
    this.#next = wanted;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#go();
    } catch (error) {
      this.#isBusy = false;
      throw error;
    }
  }

  /** Whatever was asked for has been answered. */
  answered(): void {
    this.#isBusy = false;
    if (this.#next !== null) void this.show(this.#next);
  }

  async #go(): Promise<void> {
    const wanted = this.#next;
    if (wanted === null) return;
    this.#next = null;
    await this.needRaw(wanted.run, wanted.layers);
    if (wanted.other !== null) await this.needRaw(wanted.other.run, wanted.other.layers);
    const request: ShowRequest = { kind: "show", id: ++this.#id, ...wanted };
    this.send(request);
  }

  /** @throws Error where the page was written without them. */
  async needRaw(run: number, { projection }: LayerRequest): Promise<void> {
    if (projection !== "raw" || this.#hasRaw.has(run)) return;
    const raw = await this.#source.block(run, "raw");
    if (raw === null) {
      throw new Error(
        "the logits without the final norm are not in this file: lager view shows them from the run",
      );
    }
    this.#hasRaw.add(run);
    this.send({ kind: "raw", run, raw }, [raw]);
  }
}

/** The state of the page, and ways to ask for more. */
export function useView(
  source: Source,
  worker: Worker,
  runs: number,
): ViewState & {
  readonly show: (wanted: Wanted) => void;
  readonly showLine: (run: number, line: number, layers: LayerRequest) => void;
} {
  const [state, dispatch] = useReducer(changed, EMPTY);
  const courier = useRef<Courier | null>(null);
  courier.current ??= new Courier(worker, source);
  const own = courier.current;
  const refuse = (error: unknown): void =>
    dispatch({
      kind: "refused",
      message: error instanceof Error ? error.message : String(error),
    });
  useEffect(() => {
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      dispatch(data);
      if (data.kind === "shown" || data.kind === "refused") own.answered();
    });
    worker.addEventListener("error", ({ message }) => refuse(message));
    loadRuns(source, own, runs, dispatch).catch(refuse);
  }, [source, worker, own, runs]);
  return useMemo(
    () => ({
      ...state,
      show: (wanted: Wanted) => void own.show(wanted).catch(refuse),
      showLine: (run: number, line: number, layers: LayerRequest) =>
        own.send({ kind: "line", run, line, layers }),
    }),
    [state, own],
  );
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
  }
}
