import type { ExpectedOutcome } from "../scoring/score/outcome.ts";
import { factsText, type IndexedLine } from "./index-run.ts";

/** Which of a run's two files a line lies in: the run itself, or what was scored anew beside it. */
export type LineFile = "run" | "anew";

/** A line of the run as it will be, in its order. */
export interface PlannedLine {
  readonly file: LineFile;
  readonly line: IndexedLine;
  /** What the line must say instead, where that is not what it says. */
  readonly now: Pick<ExpectedOutcome, "facts" | "failure"> | null;
}

/** What became of the lines that a run held when it was gone on with. */
export interface ResumedCounts {
  /** Outcomes that were not made again. */
  readonly kept: number;
  /** How many of those had failed with the judge. */
  readonly keptFailures: number;
  /** Outcomes that were made anew because what they come from had changed. */
  readonly changed: number;
  /** Failures that were tried again. */
  readonly retried: number;
  /** Lines that are gone because their records are not in the input any more. */
  readonly dropped: number;
  /** Lines that were kept unseen, because only a part of the input was read. */
  readonly unseen: number;
}

interface HeldLine {
  readonly file: LineFile;
  readonly line: IndexedLine;
  isTaken: boolean;
}

interface Record {
  readonly lines: HeldLine[];
  /** Whether the input has the record. */
  isSeen: boolean;
  /** What was answered, and is waited for, in order. */
  readonly answers: { readonly criterion: string | null; readonly planned: PlannedLine | null }[];
}

/**
 * The lines that a run holds already, and what of them is still true. Each line answers once: of two
 * broken records with one id, a run that was cut between them holds only the first.
 */
export class ResumedLines {
  readonly #records = new Map<string, Record>();
  readonly #retryFailures: boolean;
  readonly #held: readonly HeldLine[];
  readonly #runLines: number;
  #takenOfRun = 0;
  #isAsked = false;
  /** Lines that were held at first. */
  get found(): number {
    return this.#held.length;
  }

  #mustMerge = false;
  #counts = { kept: 0, keptFailures: 0, changed: 0, retried: 0 };

  /**
   * @param run - lines of the run file.
   * @param anew - lines that an earlier attempt scored anew beside it.
   */
  constructor(run: readonly IndexedLine[], anew: readonly IndexedLine[], retryFailures: boolean) {
    this.#retryFailures = retryFailures;
    this.#runLines = run.length;
    this.#held = [
      ...run.map((line) => ({ file: "run" as const, line, isTaken: false })),
      ...anew.map((line) => ({ file: "anew" as const, line, isTaken: false })),
    ];
    for (const held of this.#held) {
      const record = this.#records.get(held.line.id);
      if (record === undefined) {
        this.#records.set(held.line.id, { lines: [held], isSeen: false, answers: [] });
      } else {
        record.lines.push(held);
      }
    }
  }

  /** The line that holds this outcome; null where it must be made. Asked once for each, in order. */
  find(expected: ExpectedOutcome): PlannedLine | null {
    this.#isAsked = true;
    const record = this.#records.get(expected.id);
    const planned = record === undefined ? null : this.#findIn(record, expected);
    record?.answers.push({ criterion: expected.criterion, planned });
    // It is not the run's last line.
    if (planned === null && this.#takenOfRun < this.#runLines) this.#mustMerge = true;
    return planned;
  }

  /** What {@link find} gave for the outcome that has come; null for a new one. */
  answered({ id, criterion }: { id: string; criterion: string | null }): PlannedLine | null {
    const answers = this.#records.get(id)?.answers ?? [];
    const index = answers.findIndex((answer) => answer.criterion === criterion);
    return answers.splice(index, index < 0 ? 0 : 1)[0]?.planned ?? null;
  }

  /**
   * Whether a line of the run was found not to be true any more: then what is made anew is not written
   * to the run, which would hold both.
   */
  get isOutdated(): boolean {
    return this.#counts.changed + this.#counts.retried > 0;
  }

  /** Lines of the run that nobody asked for. */
  unseen(): PlannedLine[] {
    return this.#held
      .filter(({ file, isTaken }) => file === "run" && !isTaken)
      .filter(({ line }) => this.#records.get(line.id)?.isSeen !== true)
      .map(({ file, line }) => ({ file, line, now: null }));
  }

  /**
   * Whether the run file is not what it should be by now.
   *
   * @param keepsUnseen - lines that nobody asked for stay.
   */
  mustMerge(keepsUnseen: boolean): boolean {
    if (!this.#isAsked) return false;
    const stay = keepsUnseen ? this.unseen().length : 0;
    return this.#mustMerge || this.isOutdated || this.#takenOfRun + stay < this.#runLines;
  }

  counts(keepsUnseen: boolean): ResumedCounts {
    const unseen = this.#isAsked ? this.unseen().length : 0;
    return {
      ...this.#counts,
      dropped: keepsUnseen ? 0 : unseen,
      unseen: keepsUnseen ? unseen : 0,
    };
  }

  #findIn(record: Record, expected: ExpectedOutcome): PlannedLine | null {
    record.isSeen = true;
    const { criterion, inputHash, failure } = expected;
    const open = record.lines.filter((held) => !held.isTaken && held.line.criterion === criterion);
    const found = open.find(
      ({ line }) =>
        line.inputHash === inputHash && (failure === null || line.code === failure.code),
    );
    const isRetried = this.#retryFailures && found?.line.code !== undefined && failure === null;
    if (found === undefined || isRetried) {
      if (isRetried) this.#counts.retried++;
      else if (record.lines.some((held) => isOutdatedBy(held, criterion))) this.#counts.changed++;
      return null;
    }
    found.isTaken = true;
    if (found.file === "run") this.#takenOfRun++;
    else this.#mustMerge = true;
    this.#counts.kept++;
    if (found.line.code !== undefined && failure === null) this.#counts.keptFailures++;
    return { file: found.file, line: found.line, now: this.#changeOf(found.line, expected) };
  }

  /** What the kept line does not say as it is now. */
  #changeOf(line: IndexedLine, { facts, failure }: ExpectedOutcome): PlannedLine["now"] {
    // A failure of the judge, which is kept, has no facts.
    if (failure === null && line.code !== undefined) return null;
    const text = failure === null ? factsText(facts) : failure.message;
    if (text === line.facts) return null;
    this.#mustMerge = true;
    return { facts, failure };
  }
}

/** A line of the same item; or the record failed as a whole, and does not any more. */
function isOutdatedBy({ isTaken, line }: HeldLine, criterion: string | null): boolean {
  return (
    !isTaken && (line.criterion === criterion || (line.criterion === null) !== (criterion === null))
  );
}
