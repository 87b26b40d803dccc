import { compareHeaders } from "../../run/compare-headers.ts";
import type { RunHeader } from "../../run/run-format.ts";
import { type FigureChoice, isOfOwnLayers } from "./figure-choice.ts";
import type { PairedSystems } from "./pair-records.ts";
import type { System } from "./read-systems.ts";

/** Parts of a header, in words, and what follows when runs differ in them. */
const PARTS: readonly (readonly [pattern: RegExp, what: string, consequence: string])[] = [
  [/^judge\./, "judges", "scores of two judges are not on one scale"],
  [/^(labels|values|labelTokens)\b/, "scales", "their scores do not mean the same"],
  [/^task\./, "tasks", "the judge was asked other questions"],
  [/^options\./, "options", "the scores were made in another way"],
  [
    /^(llama|machine)\./,
    "devices or settings of the engine",
    "scores may differ in their last bits, with a quantised cache or --fast by more",
  ],
];

/** Fields that say nothing of what a score means. */
const SILENT = /^(version|input)$/;
/** Those, and what made a run's own score, where another figure is looked at. */
const SILENT_OF_OTHER_FIGURES = /^(version|input|options\.(layers|projection|weights)\b.*)$/;

/** What a reader of a comparison must know of the runs. */
export function comparisonNotes(
  systems: readonly System[],
  paired: PairedSystems,
  figure: FigureChoice,
): string[] {
  const [first, ...others] = systems;
  if (first === undefined) return [];
  return [
    ...headerNotes(
      first.header,
      others.map(({ name, header }) => ({ name, header })),
      first.name,
      isOfOwnLayers(figure) ? SILENT : SILENT_OF_OTHER_FIGURES,
    ),
    ...leftOutNotes(systems, paired),
    ...failureNotes(systems),
  ];
}

/** How the headers of runs differ from that of the first. */
function headerNotes(
  header: RunHeader,
  others: readonly { readonly name: string; readonly header: RunHeader }[],
  name: string,
  silent: RegExp,
): string[] {
  return others.flatMap((other) => {
    const fields = compareHeaders(header, other.header)
      .map(({ field }) => field)
      .filter((field) => !silent.test(field));
    return PARTS.flatMap(([pattern, what, consequence]) => {
      const found = fields.filter((field) => pattern.test(field));
      if (found.length === 0) return [];
      const shown = found.length > 4 ? [...found.slice(0, 4), "…"] : found;
      return [
        `${name} and ${other.name} have different ${what} (${shown.join(", ")}): ${consequence}.`,
      ];
    });
  });
}

function leftOutNotes(systems: readonly System[], { criteria, pairedBy }: PairedSystems): string[] {
  const all = new Set(systems.flatMap(({ lines }) => lines.map(({ criterion }) => criterion)));
  const missing = [...all].filter((name) => !criteria.includes(name));
  const notes: string[] = [];
  if (missing.length > 0) {
    notes.push(`Not every system was scored on ${missing.join(", ")}: left out.`);
  }
  if (pairedBy === "group" && systems.some(({ lines }) => lines.some(({ group }) => !group))) {
    notes.push("Records without a group are compared with nothing: pairs are made by group.");
  }
  return notes;
}

function failureNotes(systems: readonly System[]): string[] {
  const failing = systems.filter(({ failed }) => failed > 0);
  if (failing.length === 0) return [];
  const counts = failing.map(({ name, failed }) => `${name} ${failed}`).join(", ");
  return [`Lines without a score are in no figure: ${counts}.`];
}
