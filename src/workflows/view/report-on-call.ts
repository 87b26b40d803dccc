import type { ReportMarkup } from "../../base/view-config.ts";

/** The evaluation of the runs: for the page, and as a page of its own that needs no script. */
export interface MadeReport {
  readonly markup: ReportMarkup;
  readonly page: string;
}

/** Makes the report. @throws LagerError `ABORTED`, and as evaluating does. */
export type MakeReport = (options: {
  readonly signal: AbortSignal;
  /** To be called with the share that is done, 0…1. */
  readonly onProgress: (share: number) => void;
}) => Promise<MadeReport>;

interface Making {
  readonly report: Promise<MadeReport>;
  readonly stop: AbortController;
  /** Who waits for it. */
  waiting: number;
  share: number;
}

/**
 * A report that is made when it is first asked for, and then kept. When nobody waits for it any more, it is
 * given up; whoever asks next has it begun anew.
 */
export class ReportOnCall {
  readonly #make: MakeReport;
  #making: Making | null = null;

  constructor(make: MakeReport) {
    this.#make = make;
  }

  /** How much of it is done, 0…1; 0 where nobody has asked. */
  get share(): number {
    return this.#making?.share ?? 0;
  }

  /** @param left Aborted when whoever asks does not wait any more. @throws as making it does. */
  async wait(left: AbortSignal): Promise<MadeReport> {
    left.throwIfAborted();
    this.#making ??= this.#begin();
    const making = this.#making;
    making.waiting++;
    const leave = (): void => {
      making.waiting--;
      if (making.waiting > 0) return;
      making.stop.abort();
      this.#forget(making);
    };
    left.addEventListener("abort", leave, { once: true });
    try {
      return await making.report;
    } catch (error) {
      this.#forget(making);
      throw error;
    } finally {
      left.removeEventListener("abort", leave);
    }
  }

  #begin(): Making {
    const stop = new AbortController();
    const making = { stop, waiting: 0, share: 0 };
    const onProgress = (share: number): void => {
      making.share = share;
    };
    return Object.assign(making, { report: this.#make({ signal: stop.signal, onProgress }) });
  }

  #forget(making: Making): void {
    if (this.#making === making) this.#making = null;
  }
}
