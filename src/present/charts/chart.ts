import type * as Plot from "@observablehq/plot";

/** The chart library; it is imported when the first chart is drawn, and never before. */
export type PlotLibrary = typeof Plot;

/** A chart that has not been drawn yet. */
export interface Chart {
  /** What it is called among a report's charts: letters, digits and hyphens. */
  readonly name: string;
  /** What it is about, in a few words. */
  readonly title: string;
  /** What one sees, in a sentence: the alternative for readers who cannot see it. */
  readonly description: string;
  /** Its natural width in CSS pixels; text is drawn at 12 pixels at this width. */
  readonly width: number;
  /** What is drawn, at this width. A width of less than 480 is a phone's. */
  readonly plot: (plot: PlotLibrary, width: number) => Plot.PlotOptions;
}

/** Widths at which a chart over the whole column is drawn: on a screen, and on a phone. */
export const WIDE = 860;
export const NARROW = 350;

/** Width of one of several charts side by side. */
export const SMALL = 300;

/**
 * A chart's name: what it shows, then what tells it from others of its kind. It begins with the
 * former, so that no criterion can make it one of the names that Windows keeps to itself (`con`, `nul`).
 */
export function nameFrom(kind: string, ...parts: readonly string[]): string {
  return [kind, ...parts]
    .map((part) =>
      part
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, ""),
    )
    .filter((part) => part !== "")
    .join("-");
}
