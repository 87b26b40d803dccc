import { useEffect, useRef, useState } from "preact/hooks";
import { errorMessage } from "../base/errors.ts";
import { percentText } from "../base/figure-text.ts";
import { PART } from "../base/view-config.ts";
import { visibleText } from "../base/visible-text.ts";
import { sayInHead, showReport } from "./report.ts";
import type { ReportSource } from "./source.ts";
import { useLookedFor } from "./use-looked-for.ts";

export interface EvaluationCallProps {
  readonly source: ReportSource;
  /** Whether it is computed even if nobody looks for it. */
  readonly isAtOnce: boolean;
  /** Whether all that is in hand stands, which comes first. */
  readonly isSettled: boolean;
  /** What can be said before it, to stand above the lines; null: nothing yet. */
  readonly verdict: string | null;
}

/** Stands where the evaluation will: has it computed, says how far it is, and gives it up. */
export function EvaluationCall({ source, isAtOnce, isSettled, verdict }: EvaluationCallProps) {
  const section = useRef<HTMLElement>(null);
  const isLookedFor = useLookedFor(section);
  const { step, why, begin, giveUp } = useReport(source);
  const share = useShare(source, step === "computing");
  useEffect(() => {
    if (isSettled && (isAtOnce || isLookedFor)) begin();
  }, [isSettled, isAtOnce, isLookedFor]);
  useEffect(() => {
    if (verdict !== null && !isAtOnce && step !== "shown") sayInHead(verdict);
    // What was said first stays: it is of the layers that were in hand then.
  }, [verdict !== null]);
  useEffect(() => {
    if (why !== null && isAtOnce) sayInHead(`The evaluation ${why}`);
  }, [why, isAtOnce]);
  if (step === "shown") return null;
  return (
    <section class="part" id={PART.call} aria-labelledby="evaluation-title" ref={section}>
      <h2 id="evaluation-title">Evaluation</h2>
      <p>
        What lager eval says of all methods, with intervals and charts, and the items on which they
        disagree.
      </p>
      {step === "computing" ? (
        <p class="call">
          <progress aria-labelledby="evaluation-title" value={share} />
          <span>{percentText(share)} of the resamples</span>
          <button type="button" onClick={giveUp}>
            give up
          </button>
        </p>
      ) : (
        <p class="call">
          <button type="button" onClick={begin}>
            compute it
          </button>
          {why !== null && <span role="alert">It {visibleText(why)}</span>}
        </p>
      )}
    </section>
  );
}

interface ReportState {
  readonly step: "waiting" | "computing" | "shown";
  /** Why it is not being computed any more; null: nothing went wrong. */
  readonly why: string | null;
}

/** Has the report made, and put into its places. */
function useReport(source: ReportSource) {
  const [state, setState] = useState<ReportState>({ step: "waiting", why: null });
  const making = useRef<AbortController | null>(null);
  const begin = (): void => {
    if (making.current !== null) return;
    const own = new AbortController();
    making.current = own;
    setState({ step: "computing", why: null });
    source
      .made(own.signal)
      .then((report) => {
        showReport(report);
        setState({ step: "shown", why: null });
      })
      .catch((error: unknown) => {
        const why = own.signal.aborted ? "was given up." : `failed: ${errorMessage(error)}`;
        making.current = null;
        setState({ step: "waiting", why });
      });
  };
  return { ...state, begin, giveUp: () => making.current?.abort() };
}

/** Milliseconds from one look at how far it is to the next. */
const LOOK_AGAIN_MS = 500;

/** How much of the report has been computed, 0…1. */
function useShare(source: ReportSource, isComputing: boolean): number {
  const [share, setShare] = useState(0);
  useEffect(() => {
    if (!isComputing) return;
    const look = (): void => void source.share().then(setShare, () => {});
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [source, isComputing]);
  return share;
}
