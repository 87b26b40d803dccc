/** A run of the page, before its figures have come. */
export interface ViewedRun {
  /** What it is called on the page: its files. */
  readonly name: string;
}

/** What the page knows from the start; it stands in it as JSON. */
export interface ViewConfig {
  readonly runs: readonly ViewedRun[];
  /** Whether the runs' columns are in the page itself, and not fetched from where it came from. */
  readonly isEmbedded: boolean;
  /** Of the machine that the page was made on: commands are written for its shell. */
  readonly platform: string;
}

/** Where the page has its parts: ids of elements. */
export const PART = {
  config: "view-config",
  worker: "view-worker",
  root: "view",
} as const;

/** Id of the element that holds a block of a run, in Base64, or its head. */
export function partOfRun(run: number, part: string): string {
  return `run-${run}-${part}`;
}
