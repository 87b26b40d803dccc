import type { RunAgreement } from "../analysis/eval/layer-agreement.ts";
import type { ScoreCounts } from "../analysis/eval/score-distributions.ts";
import type { TableHead } from "../run/table-columns.ts";
import type { LineFilter, TableSort } from "./line-order.ts";
import type { LayerRequest, LineLayers } from "./run-share.ts";
import type { SystemDifference, SystemRanking } from "./system-pairs.ts";

// What the page and its worker say to each other.

/** A run, as it comes to the page. */
export interface LoadRun {
  readonly kind: "load";
  readonly run: number;
  readonly head: TableHead;
  readonly lines: ArrayBuffer;
  readonly normed: ArrayBuffer;
}

/** Its logits without the final norm, which are fetched when they are first asked for. */
export interface LoadRaw {
  readonly kind: "raw";
  readonly run: number;
  readonly raw: ArrayBuffer;
}

/** Its texts, `TableTexts` as JSON in UTF-8: the search looks into them from now on. */
export interface LoadTexts {
  readonly kind: "texts";
  readonly run: number;
  readonly texts: ArrayBuffer;
}

/** Human scores that have changed. */
export interface ChangeHuman {
  readonly kind: "human";
  readonly run: number;
  readonly lines: readonly number[];
  /** Of each of these lines, NaN where it has none. */
  readonly human: readonly number[];
}

/** What the page wants to show. */
export interface ShowRequest {
  readonly kind: "show";
  readonly id: number;
  readonly run: number;
  readonly layers: LayerRequest;
  /** A run to compare with, and its layers; null: none. */
  readonly other: { readonly run: number; readonly layers: LayerRequest } | null;
  /** Two of the run's systems that are compared where no other run is; null: none. */
  readonly systems: readonly [first: number, second: number] | null;
  readonly sort: TableSort;
  readonly filter: LineFilter;
}

/** One line, layer by layer. */
export interface LineRequest {
  readonly kind: "line";
  readonly run: number;
  readonly line: number;
  readonly layers: LayerRequest;
}

/** All systems of a run with each other. */
export interface RankRequest {
  readonly kind: "rank";
  readonly run: number;
  readonly layers: LayerRequest;
}

export type ToWorker =
  | LoadRun
  | LoadRaw
  | LoadTexts
  | ChangeHuman
  | ShowRequest
  | LineRequest
  | RankRequest;

/** The search looks into a run's texts from now on. */
export interface Searchable {
  readonly kind: "searchable";
  readonly run: number;
}

/** The figures of the lines, and the lines in order. */
export interface Shown {
  readonly kind: "shown";
  readonly id: number;
  readonly run: number;
  /**
   * Figures by column, each of shape [lines]: `score`, `e-score`, `lager`, and what is compared. Of a run
   * that was shown before only those that have changed since.
   */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly order: Int32Array;
  /** Milliseconds that the worker took. */
  readonly took: number;
}

/** Agreement with people, a moment later. */
export interface Compared {
  readonly kind: "compared";
  readonly id: number;
  /** Whose figures they are. */
  readonly layers: LayerRequest;
  readonly agreement: RunAgreement;
  /** Of the e-score, to compare with. */
  readonly baseline: RunAgreement;
  /** Mean score by criterion, null where no line has one. */
  readonly means: readonly (number | null)[];
  readonly took: number;
}

/** The distribution of the scores, behind their agreement. */
export interface Counted {
  readonly kind: "counted";
  readonly id: number;
  readonly histograms: readonly ScoreCounts[];
}

/** How two systems, or two runs, differ; once more when the intervals have been computed. */
export interface Differed {
  readonly kind: "differed";
  readonly id: number;
  /** Empty where they have nothing in common. */
  readonly differences: readonly SystemDifference[];
  readonly hasInterval: boolean;
}

/** All systems of a run; not where other layers have been asked for since. */
export interface Ranked {
  readonly kind: "ranked";
  readonly run: number;
  readonly layers: LayerRequest;
  /** Empty where they have nothing in common. */
  readonly ranking: SystemRanking;
}

/** A line's layers. */
export interface LineShown {
  readonly kind: "line";
  readonly run: number;
  readonly line: number;
  readonly found: LineLayers;
}

/** What the layers asked for are not. */
export interface Refused {
  readonly kind: "refused";
  readonly message: string;
}

export type FromWorker =
  | Searchable
  | Shown
  | Compared
  | Counted
  | Differed
  | Ranked
  | LineShown
  | Refused;
