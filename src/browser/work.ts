import type { RunAgreement } from "../analysis/eval/layer-agreement.ts";
import { tableFromBlocks } from "../run/table-columns.ts";
import type { FromWorker, LoadRun, ShowRequest, ToWorker } from "./messages.ts";
import { differences, pairedScores, RunModel } from "./run-model.ts";

/** Methods that stand beside the chosen layers, whatever these are. */
const FIXED = {
  "e-score": { spec: "last", projection: "normed" },
  lager: { spec: "all", projection: "normed" },
} as const;

/**
 * What the page's worker does: it holds the runs, and answers what the page asks. It knows no browser,
 * so that a test can ask it too.
 */
export class Work {
  readonly #runs = new Map<number, { readonly loaded: LoadRun; model: RunModel }>();
  readonly #baselines = new Map<number, Promise<RunAgreement>>();
  readonly #pairs = new Map<string, Int32Array>();
  readonly #answer: (message: FromWorker) => void;
  #latest = -1;
  #columns: { readonly key: string; readonly columns: Record<string, Float64Array> } | null = null;

  constructor(answer: (message: FromWorker) => void) {
    this.#answer = answer;
  }

  /** Takes on a message; what it asks for is given to `answer`, in one part or several. */
  async take(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case "load": {
        const table = tableFromBlocks(message.head, message);
        this.#runs.set(message.run, { loaded: message, model: new RunModel(table) });
        this.#answer({ kind: "loaded", run: message.run });
        return;
      }
      case "raw": {
        const { loaded } = this.#of(message.run);
        const table = tableFromBlocks(loaded.head, { ...loaded, raw: message.raw });
        this.#runs.set(message.run, { loaded, model: new RunModel(table) });
        return;
      }
      case "line": {
        const { run, line } = message;
        const found = this.#of(run).model.layers(line, message.layers);
        this.#answer({ kind: "line", run, line, found });
        return;
      }
      case "show":
        await this.#show(message);
    }
  }

  async #show(request: ShowRequest): Promise<void> {
    const start = performance.now();
    const { id, run, sort, filter } = request;
    this.#latest = id;
    const { model } = this.#of(run);
    const scores = model.scores(request.layers);
    const before = this.#columns;
    const columns = this.#columnsOf(request, model, scores);
    const order = model.order(sort, filter, columns);
    const { movers: _, ...figures } = columns;
    const sent = columns === before?.columns ? null : figures;
    this.#answer({ kind: "shown", id, run, columns: sent, order, took: performance.now() - start });
    // A request that has come meanwhile is answered first.
    await new Promise((resolve) => setTimeout(resolve));
    if (id !== this.#latest) return;
    const agreement = await model.agreement(scores);
    const { table } = model;
    this.#answer({
      kind: "compared",
      id,
      layers: request.layers,
      agreement,
      baseline: await this.#baseline(run, model),
      histograms: model.histograms(scores),
      differences: columns.other === undefined ? null : differences(table, scores, columns.other),
      means: differences(table, new Float64Array(table.lines), scores).map(({ mean }) => mean),
      took: performance.now() - start,
    });
  }

  /** Figures of all lines; the same object as before where nothing of them has changed. */
  #columnsOf(
    request: ShowRequest,
    model: RunModel,
    score: Float64Array,
  ): Record<string, Float64Array> {
    const key = JSON.stringify([request.run, request.layers, request.other]);
    if (this.#columns?.key === key) return this.#columns.columns;
    const other = this.#other(request, model);
    const error = subtracted(score, model.table.human);
    const difference = other === null ? null : subtracted(other, score);
    const columns = {
      ...{ score, error },
      "e-score": model.scores(FIXED["e-score"]),
      lager: model.scores(FIXED.lager),
      ...(other !== null && difference !== null && { other, difference }),
      movers: (difference ?? error).map(Math.abs),
    };
    this.#columns = { key, columns };
    return columns;
  }

  #other({ run, other }: ShowRequest, model: RunModel): Float64Array | null {
    if (other === null) return null;
    const theirs = this.#of(other.run).model;
    const key = `${run} ${other.run}`;
    const pairs = this.#pairs.get(key) ?? model.pairs(theirs);
    this.#pairs.set(key, pairs);
    return pairedScores(pairs, theirs.scores(other.layers));
  }

  #baseline(run: number, model: RunModel): Promise<RunAgreement> {
    const known = this.#baselines.get(run) ?? model.agreement(model.scores(FIXED["e-score"]));
    this.#baselines.set(run, known);
    return known;
  }

  #of(run: number): { readonly loaded: LoadRun; readonly model: RunModel } {
    const found = this.#runs.get(run);
    if (found === undefined) throw new Error(`run ${run} has not been loaded`);
    return found;
  }
}

function subtracted(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, line) => value - (right[line] as number));
}
