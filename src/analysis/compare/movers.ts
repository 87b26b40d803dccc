import { lineKey } from "../../run/line-key.ts";
import { type LineTexts, readLineTexts, type TextLine } from "../../run/line-texts.ts";
import { readRunInPlace } from "../../run/read-run.ts";
import type { Mover, MoverSide } from "./comparison-result.ts";
import type { PairedSystems } from "./pair-records.ts";
import type { System } from "./read-systems.ts";

/** A mover before its texts are looked for. */
interface Found {
  readonly criterion: number;
  readonly unit: number;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
}

/**
 * The units on which two systems differ most, on each criterion by the two that are furthest apart. The
 * largest difference first; of equal ones the earlier unit.
 */
export function findMovers(
  names: readonly string[],
  { columns, units, criteria, idsOf }: PairedSystems,
  count: number,
): Mover[] {
  const found: Found[] = [];
  for (const [criterion, scope] of columns.entries()) {
    for (let unit = 0; unit < units.length; unit++) {
      const present = scope.flatMap(({ scores }, system) =>
        Number.isNaN(scores[unit]) ? [] : [{ system, score: scores[unit] as number }],
      );
      if (present.length < 2) continue;
      const sorted = present.toSorted((a, b) => a.score - b.score);
      const [low, high] = [sorted[0], sorted.at(-1)];
      if (low === undefined || high === undefined || high.score === low.score) continue;
      const [first, second] = low.system < high.system ? [low, high] : [high, low];
      const difference = second.score - first.score;
      found.push({ criterion, unit, first: first.system, second: second.system, difference });
    }
  }
  found.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || a.unit - b.unit);
  return found.slice(0, count).map(({ criterion, unit, first, second, difference }) => {
    const side = (system: number): MoverSide => ({
      system: names[system] ?? "",
      ids: idsOf(system, unit),
      score: columns[criterion]?.[system]?.scores[unit] ?? Number.NaN,
      texts: null,
    });
    return {
      criterion: criteria[criterion] ?? "",
      pair: units[unit] ?? "",
      ...{ first: side(first), second: side(second), difference },
    };
  });
}

/** How movers' texts are found. */
export interface MoverTextOptions {
  /** The data of all runs. Default: what each run names. */
  readonly data?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The movers with the texts of the first record of either side, where they can be found. */
export async function withTexts(
  movers: readonly Mover[],
  systems: readonly System[],
  { data, signal }: MoverTextOptions,
): Promise<{ readonly movers: readonly Mover[]; readonly missing: readonly string[] }> {
  const missing = new Set<string>();
  const texts = new Map<string, LineTexts>();
  const files = new Set(systems.flatMap((system) => system.files));
  for (const file of files) {
    const own = systems.filter((system) => system.files.includes(file));
    const wanted = new Set(
      movers.flatMap(({ criterion, first, second }) =>
        [first, second].flatMap(({ system, ids: [id = ""] }) =>
          own.some(({ name }) => name === system) ? [lineKey({ id, criterion })] : [],
        ),
      ),
    );
    if (wanted.size === 0) continue;
    const { header, lines } = await readRunInPlace(file, { onCutLastLine: () => {} });
    const asked: TextLine[] = [];
    for await (const line of lines) {
      if (!wanted.has(lineKey(line))) continue;
      const { id, criterion, inputHash } = line;
      const kept = line.kind === "score" ? line.texts : undefined;
      asked.push({ id, criterion, inputHash, ...(kept !== undefined && { texts: kept }) });
    }
    const found = await readLineTexts(file, header, asked, { data, signal });
    for (const [key, value] of found.lines) texts.set(`${file}\n${key}`, value);
    if (found.missing !== null) missing.add(`Texts of ${file}: ${found.missing}.`);
  }
  const withOwn = (side: MoverSide, criterion: string): MoverSide => {
    const key = lineKey({ id: side.ids[0] ?? "", criterion });
    const own = systems.find(({ name }) => name === side.system)?.files ?? [];
    const found = own.flatMap((file) => texts.get(`${file}\n${key}`) ?? []);
    return { ...side, texts: found[0] ?? null };
  };
  return {
    movers: movers.map((mover) => ({
      ...mover,
      first: withOwn(mover.first, mover.criterion),
      second: withOwn(mover.second, mover.criterion),
    })),
    missing: [...missing],
  };
}
