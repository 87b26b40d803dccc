import type { RunAgreement } from "../analysis/eval/layer-agreement.ts";
import { LagerError } from "../base/errors.ts";
import { tableFromBlocks } from "../run/table-columns.ts";
import type { TableTexts } from "../run/table-texts.ts";
import type { FromWorker, LoadRun, RankRequest, ShowRequest, ToWorker } from "./messages.ts";
import { Answerer, type Ask, askHere } from "./questions.ts";
import { meanScores, pairedScores, RunModel } from "./run-model.ts";
import { SystemPairs } from "./system-pairs.ts";
import { Team } from "./team.ts";

/** Methods that stand beside the chosen layers, whatever these are. */
const FIXED = {
  "e-score": { spec: "last", projection: "normed" },
  lager: { spec: "all", projection: "normed" },
} as const;

type Columns = Readonly<Record<string, Float64Array>>;

/**
 * What the page's first worker does: it knows the runs, shares the work with the others, and answers
 * what the page asks. It knows no browser, so that a test can ask it too.
 */
export class Work {
  readonly #team = new Team(askHere(new Answerer()));
  readonly #runs = new Map<number, { readonly loaded: RunSource; readonly model: RunModel }>();
  readonly #baselines = new Map<number, RunAgreement>();
  readonly #pairs = new Map<string, Int32Array>();
  readonly #systems = new Map<string, SystemPairs>();
  readonly #answer: (message: FromWorker) => void;
  #latest = -1;
  #columns: { readonly key: string; readonly columns: Columns } | null = null;
  /** Figures that the page has, and of which run. */
  #sent: { readonly run: number; readonly columns: Columns } = { run: -1, columns: {} };
  /** Of what the agreement and the difference were answered last: only that changes them. */
  #compared: string | null = null;
  #differed: string | null = null;
  /** What all systems are being compared under, or were last. */
  #ranked: string | null = null;

  constructor(answer: (message: FromWorker) => void) {
    this.#answer = answer;
  }

  /** Shares the work with another worker; before any run is loaded. */
  add(other: Ask): void {
    this.#team.add(other);
  }

  /** Takes on a message; what it asks for is given to `answer`, in one part or several. */
  async take(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case "load": {
        const { run, head, lines } = message;
        const table = tableFromBlocks(head, message);
        const { nodes: _, ...facts } = table;
        this.#team.load(run, table);
        this.#runs.set(run, {
          loaded: { head, lines },
          model: new RunModel(run, facts, this.#team),
        });
        return;
      }
      case "raw": {
        const { head, lines } = this.#of(message.run).loaded;
        this.#team.addRaw(message.run, tableFromBlocks(head, { lines, raw: message.raw }));
        return;
      }
      case "texts": {
        const { run } = message;
        const { texts }: TableTexts = JSON.parse(new TextDecoder().decode(message.texts));
        this.#of(run).model.addTexts(texts);
        this.#answer({ kind: "searchable", run });
        return;
      }
      case "human": {
        this.#of(message.run).model.changeHuman(message.lines, message.human);
        this.#baselines.delete(message.run);
        this.#columns = null;
        this.#compared = null;
        this.#differed = null;
        // What is being computed is of the scores before.
        this.#latest = -1;
        return;
      }
      case "line": {
        const { run, line } = message;
        const found = await this.#of(run).model.line(line, message.layers);
        this.#answer({ kind: "line", run, line, found });
        return;
      }
      case "rank":
        await this.#rank(message);
        return;
      case "show":
        await this.#show(message);
    }
  }

  async #show(request: ShowRequest): Promise<void> {
    const start = performance.now();
    const { id, run, sort, filter } = request;
    this.#latest = id;
    if (this.#ranked !== JSON.stringify([run, request.layers])) this.#ranked = null;
    const { model } = this.#of(run);
    const scores = await model.scores(request.layers);
    const columns = await this.#columnsOf(request, model, scores);
    const order = model.order(sort, filter, columns);
    const took = performance.now() - start;
    this.#answer({ kind: "shown", id, run, columns: this.#changed(run, columns), order, took });
    const key = JSON.stringify([run, request.layers, request.other, request.systems]);
    if (this.#compared !== key) {
      // A request that has come meanwhile is answered first.
      await new Promise((resolve) => setTimeout(resolve));
      if (!(await this.#compare(request, model, scores, start))) return;
      this.#compared = key;
    }
    await model.warmUp(() => id === this.#latest);
    if (this.#differed === key) return;
    if (await this.#differ(request, model, scores)) this.#differed = key;
  }

  /** Columns that the page does not have; it keeps the others. */
  #changed(run: number, { movers: _, ...columns }: Columns): Columns {
    const before = this.#sent.run === run ? this.#sent.columns : {};
    this.#sent = { run, columns };
    return Object.fromEntries(
      Object.entries(columns).filter(([name, column]) => before[name] !== column),
    );
  }

  /** @returns whether it was answered: not where something newer is asked for. */
  async #compare(
    { id, run, layers }: ShowRequest,
    model: RunModel,
    scores: Float64Array,
    start: number,
  ): Promise<boolean> {
    const isWanted = () => id === this.#latest;
    const agreement = await model.agreement(scores, isWanted);
    const baseline = await this.#baseline(run, model, isWanted);
    if (agreement === null || baseline === null) return false;
    this.#answer({
      kind: "compared",
      id,
      layers,
      agreement,
      baseline,
      means: meanScores(model.facts, scores),
      took: performance.now() - start,
    });
    this.#answer({ kind: "counted", id, histograms: model.histograms(scores) });
    return true;
  }

  /**
   * The differences at once, then with their intervals.
   *
   * @returns whether all was answered: not where something newer is asked for.
   */
  async #differ(request: ShowRequest, model: RunModel, scores: Float64Array): Promise<boolean> {
    const { id, other, systems } = request;
    const pair = other === null ? systems : ([0, 1] as const);
    if (pair === null) return true;
    const theirs = other === null ? scores : await this.#of(other.run).model.scores(other.layers);
    const rest = restUnless(() => id !== this.#latest);
    try {
      const isLong = model.facts.lines > MANY_LINES;
      await new Promise((resolve) => setTimeout(resolve, isLong ? HAND_RESTS_MS : 0));
      if (id !== this.#latest) return false;
      const pairs = this.#pairsOf(request, model);
      for (const hasInterval of [false, true]) {
        const how = { hasInterval, rest };
        const differences = await pairs.compare(pair, [scores, theirs], how);
        this.#answer({ kind: "differed", id, differences, hasInterval });
      }
    } catch (error) {
      if (error instanceof Superseded) return false;
      if (!(error instanceof LagerError)) throw error;
      // Nothing in common, which the table of lines shows.
      this.#answer({ kind: "differed", id, differences: [], hasInterval: true });
    }
    return true;
  }

  /** Nobody waits for a ranking any more once other layers are in hand. */
  async #rank({ run, layers }: RankRequest): Promise<void> {
    const key = JSON.stringify([run, layers]);
    this.#ranked = key;
    const { model } = this.#of(run);
    const rest = restUnless(() => this.#ranked !== key);
    try {
      const scores = await model.scores(layers);
      const ranking = await this.#pairsOf({ run, other: null }, model).rank(scores, rest);
      this.#answer({ kind: "ranked", run, layers, ranking });
    } catch (error) {
      if (error instanceof Superseded) return;
      if (!(error instanceof LagerError)) throw error;
      this.#answer({ kind: "ranked", run, layers, ranking: { standings: [], pairs: [] } });
    }
  }

  #pairsOf({ run, other }: Pick<ShowRequest, "run" | "other">, model: RunModel): SystemPairs {
    const key = `${run} ${other?.run}`;
    const known =
      this.#systems.get(key) ??
      (other === null
        ? SystemPairs.ofSystems(model.facts)
        : SystemPairs.ofRuns(model.facts, this.#of(other.run).model.facts));
    this.#systems.set(key, known);
    return known;
  }

  /** Figures of all lines; the same object as before where nothing of them has changed. */
  async #columnsOf(request: ShowRequest, model: RunModel, score: Float64Array): Promise<Columns> {
    const key = JSON.stringify([request.run, request.layers, request.other]);
    if (this.#columns?.key === key) return this.#columns.columns;
    const other = await this.#other(request, model);
    const error = subtracted(score, model.facts.human);
    const difference = other === null ? null : subtracted(other, score);
    const columns = {
      ...{ score, error },
      "e-score": await model.scores(FIXED["e-score"]),
      lager: await model.scores(FIXED.lager),
      ...(other !== null && difference !== null && { other, difference }),
      movers: absolute(difference ?? error),
    };
    this.#columns = { key, columns };
    return columns;
  }

  async #other({ run, other }: ShowRequest, model: RunModel): Promise<Float64Array | null> {
    if (other === null) return null;
    const theirs = this.#of(other.run).model;
    const key = `${run} ${other.run}`;
    const pairs = this.#pairs.get(key) ?? model.pairs(theirs);
    this.#pairs.set(key, pairs);
    return pairedScores(pairs, await theirs.scores(other.layers));
  }

  async #baseline(
    run: number,
    model: RunModel,
    isWanted: () => boolean,
  ): Promise<RunAgreement | null> {
    const known = this.#baselines.get(run);
    if (known !== undefined) return known;
    const found = await model.agreement(await model.scores(FIXED["e-score"]), isWanted);
    if (found !== null) this.#baselines.set(run, found);
    return found;
  }

  #of(run: number): { readonly loaded: RunSource; readonly model: RunModel } {
    const found = this.#runs.get(run);
    if (found === undefined) throw new Error(`run ${run} has not been loaded`);
    return found;
  }
}

/** Something newer is asked for. */
class Superseded extends Error {}

/** The event loop is given back at least so often: what is asked for meanwhile waits no longer. */
const LONGEST_STRETCH_MS = 6;

/** Runs of more lines take so long to compare that one waits whether the hand rests. */
const MANY_LINES = 20_000;
const HAND_RESTS_MS = 300;

/** Gives the event loop back now and then. @throws Superseded */
function restUnless(isSuperseded: () => boolean): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_STRETCH_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
    if (isSuperseded()) throw new Superseded();
  };
}

/** What a run's logits are added to. */
type RunSource = Pick<LoadRun, "head" | "lines">;

function subtracted(left: Float64Array, right: Float64Array): Float64Array {
  const found = new Float64Array(left.length);
  for (let line = 0; line < left.length; line++) {
    found[line] = (left[line] as number) - (right[line] as number);
  }
  return found;
}

function absolute(values: Float64Array): Float64Array {
  const found = new Float64Array(values.length);
  for (let line = 0; line < values.length; line++) found[line] = Math.abs(values[line] as number);
  return found;
}
