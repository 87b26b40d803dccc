import {
  type FoundTexts,
  type ReadLineTextsOptions,
  readLineTexts,
  type TextLine,
} from "../../run/line-texts.ts";
import { readRun } from "../../run/read-run.ts";
import type { RunTable } from "../../run/run-table.ts";
import { type TableTexts, tableTexts } from "../../run/table-texts.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";

/**
 * The texts of a run. Its lines are taken note of while the run is read into its table, so that it is
 * not read again; the texts are looked for when they are first asked for, all at once, and kept.
 */
export class ViewTexts {
  readonly #options: ReadLineTextsOptions;
  readonly #lines = new Map<string, TextLine[]>();
  #reading: Promise<TableTexts> | null = null;
  #hasPrompts = false;

  /** @param options.data the data. Default: what the headers name. */
  constructor(options: ReadLineTextsOptions) {
    this.#options = options;
  }

  /** Takes note of a line of one of the run's files. */
  note(line: Outcome, file: string): void {
    if (line.kind === "failure") return;
    const { id, criterion, inputHash, texts, prompt, generated } = line;
    if (prompt !== undefined || generated !== undefined) this.#hasPrompts = true;
    const own = this.#lines.get(file) ?? [];
    own.push({ id, criterion, inputHash, texts });
    this.#lines.set(file, own);
  }

  /** Whether lines have texts of their own beside their records': what the judge was asked, or wrote. */
  get hasPrompts(): boolean {
    return this.#hasPrompts;
  }

  /** @throws LagerError as `readLineTexts`. */
  of(table: RunTable): Promise<TableTexts> {
    this.#reading ??= this.#read(table);
    return this.#reading;
  }

  async #read(table: RunTable): Promise<TableTexts> {
    const found = await Promise.all(table.files.map((file) => this.#find(file)));
    this.#lines.clear();
    return tableTexts(table, found);
  }

  async #find(file: string): Promise<FoundTexts> {
    const { header } = await readRun(file);
    return readLineTexts(file, header, this.#lines.get(file) ?? [], this.#options);
  }
}
