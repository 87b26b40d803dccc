/** A run of the page, before its figures have come. */
export interface ViewedRun {
  /** What it is called on the page: its files. */
  readonly name: string;
}

/** Layers as `--layers` and `--projection` take them. */
export interface LayersInHand {
  readonly spec: string;
  readonly projection: "normed" | "raw";
}

/** What the page knows from the start; it stands in it as JSON. */
export interface ViewConfig {
  readonly runs: readonly ViewedRun[];
  /** Layers that are in hand at first; null: those that each run was scored with. */
  readonly layers: LayersInHand | null;
  /**
   * Whether the runs' columns and their report are in the page itself, and not fetched from where it
   * came from.
   */
  readonly isEmbedded: boolean;
  /**
   * Whether the report is fetched as soon as the lines stand; else when somebody looks for it. Nothing is
   * fetched where it is embedded.
   */
  readonly reportsAtOnce: boolean;
  /** Ratings files that the human scores are from, for commands; empty: they are the runs' own. */
  readonly ratings: readonly string[];
  /** Who may rate lines in the page; null: nobody. */
  readonly rater: string | null;
  /** Of the machine that the page was made on: commands are written for its shell. */
  readonly platform: string;
}

/** The evaluation of the page's runs, as markup for its places in the page. */
export interface ReportMarkup {
  /** Heading and verdict. */
  readonly head: string;
  /** Links to the sections. */
  readonly links: string;
  readonly sections: string;
}

/** Where the page has its parts: ids of elements. */
export const PART = {
  config: "view-config",
  worker: "view-worker",
  root: "view",
  head: "report-head",
  /** What says that the evaluation is to come, and has it computed. */
  call: "evaluation",
  links: "report-links",
  sections: "report-sections",
} as const;

/** Id of the element that holds a block of a run, in Base64, or its head. */
export function partOfRun(run: number, part: string): string {
  return `data-${run}-${part}`;
}
