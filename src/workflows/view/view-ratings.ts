import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { lineKey, lineName, linesByKey } from "../../run/line-key.ts";
import { type Rating, readRatings, requireRater, requireScaleValue } from "../../run/ratings.ts";
import { RatingsWriter } from "../../run/ratings-writer.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { RatingChange } from "../../run/view-rating.ts";

/** Where ratings that are given in a page go, and what they are averaged with. */
export interface ViewRatingsOptions {
  /** The ratings file; it is made, or gone on with. */
  readonly output: string;
  readonly rater: string;
  /** Other ratings files that the human scores come from. */
  readonly others: readonly string[];
}

/** One rater's score of a record on a criterion. */
interface Entry {
  /** File and rater. */
  readonly by: string;
  human: number | null;
}

/** What taking the last rating back does. */
type Undo = () => void;

/**
 * The ratings that a rater gives in the page of runs. Each is on the disk before it counts; then the
 * human score of its record and criterion is the mean over all raters of all files, as in `lager eval`
 * with these files as `--ratings`, in every run that has them.
 */
export class ViewRatings implements AsyncDisposable {
  readonly rater: string;
  /** All ratings files, the one written last. */
  readonly files: readonly string[];
  readonly #writer: RatingsWriter;
  readonly #own: string;
  /** By record and criterion, in the order of the files. */
  readonly #entries = new Map<string, Entry[]>();
  readonly #undos: Undo[] = [];
  #tables: readonly RunTable[] = [];
  /** Of each run the line of a record and criterion. */
  #lineOf: readonly ReadonlyMap<string, number>[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(writer: RatingsWriter, rater: string, others: readonly string[]) {
    this.#writer = writer;
    this.rater = rater;
    this.files = [...others, writer.file];
    this.#own = byOf(writer.file, rater);
  }

  /** @throws LagerError `INVALID_ARGUMENT` without a rater's name; as `RatingsWriter.open`. */
  static async open({ output, rater, others }: ViewRatingsOptions): Promise<ViewRatings> {
    requireRater(rater);
    const read = others.filter((file) => path.resolve(file) !== path.resolve(output));
    const earlier = await Promise.all(read.map((file) => readRatings(file)));
    const ratings = new ViewRatings(await RatingsWriter.open(output), rater, read);
    for (const [i, own] of earlier.entries()) ratings.#note(read[i] ?? "", own.ratings);
    ratings.#note(output, ratings.#writer.earlier);
    return ratings;
  }

  /** Takes on the runs that are shown. Their human scores follow what is rated. */
  show(tables: readonly RunTable[]): void {
    this.#tables = tables;
    this.#lineOf = tables.map(linesByKey);
  }

  /** What the rater has said of lines of a run, until now. */
  given(run: number): RatingChange[] {
    return [...this.#entries.keys()].flatMap((key) => {
      const line = this.#lineOf[run]?.get(key);
      if (line === undefined) return [];
      const change = this.#changeOf(run, line, key);
      return change.given === undefined ? [] : [change];
    });
  }

  /**
   * Scores a line, or leaves it out (null).
   *
   * @param human the value of a label of the run's scale.
   * @returns what that changes, in every run.
   * @throws LagerError `INVALID_ARGUMENT` when the scale has no such value; `UNWRITABLE_OUTPUT`.
   */
  rate(run: number, line: number, human: number | null): Promise<RatingChange[]> {
    return this.#inTurn(async () => {
      const table = this.#tables[run];
      const name = table === undefined ? null : lineName(table, line);
      const key = name === null ? "" : lineKey(name);
      if (table === undefined || name === null || this.#lineOf[run]?.get(key) !== line) {
        throw new LagerError("INVALID_ARGUMENT", "there is no such line to rate");
      }
      requireScaleValue(human, table.header.values);
      await this.#writer.write({ ...name, human, rater: this.rater });
      this.#undos.push(this.#set(key, human));
      return this.#changed(key);
    });
  }

  /**
   * Takes the last rating back that was given since the file was opened, from the file as well.
   *
   * @returns what that changes; nothing where there is none.
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  takeBack(): Promise<RatingChange[]> {
    return this.#inTurn(async () => {
      const undo = this.#undos.at(-1);
      const rating = await this.#writer.takeBack();
      if (undo === undefined || rating === null) return [];
      this.#undos.pop();
      undo();
      return this.#changed(lineKey(rating));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#writer.close();
  }

  /** One after the other: the file is written in the order in which ratings come. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #note(file: string, ratings: readonly Rating[]): void {
    for (const { rater, human, ...name } of ratings) {
      this.#entriesOf(lineKey(name)).push({ by: byOf(file, rater), human });
    }
  }

  #set(key: string, human: number | null): Undo {
    const entries = this.#entriesOf(key);
    const known = entries.find(({ by }) => by === this.#own);
    if (known === undefined) {
      entries.push({ by: this.#own, human });
      return () => entries.splice(-1);
    }
    const before = known.human;
    known.human = human;
    return () => {
      known.human = before;
    };
  }

  #entriesOf(key: string): Entry[] {
    const entries = this.#entries.get(key) ?? [];
    this.#entries.set(key, entries);
    return entries;
  }

  /** Puts the mean of a record and criterion into the runs. */
  #changed(key: string): RatingChange[] {
    return this.#lineOf.flatMap((lines, run) => {
      const line = lines.get(key);
      if (line === undefined) return [];
      const change = this.#changeOf(run, line, key);
      const human = this.#tables[run]?.human;
      if (human !== undefined) human[line] = change.human ?? Number.NaN;
      return [change];
    });
  }

  #changeOf(run: number, line: number, key: string): RatingChange {
    const entries = this.#entries.get(key) ?? [];
    const scores = entries.flatMap(({ human }) => (human === null ? [] : [human]));
    const human =
      scores.length === 0 ? null : scores.reduce((sum, each) => sum + each, 0) / scores.length;
    const own = entries.find(({ by }) => by === this.#own);
    return { run, line, human, ...(own !== undefined && { given: own.human }) };
  }
}

function byOf(file: string, rater: string): string {
  return JSON.stringify([path.resolve(file), rater]);
}
