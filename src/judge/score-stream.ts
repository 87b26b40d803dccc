import { blaming, checkArguments } from "../base/arguments.ts";
import { Pacer } from "../base/pacer.ts";
import { depthFirst } from "../engine/plan/depth-first.ts";
import { inSourceOrder } from "../engine/plan/source-order.ts";
import type { Entry } from "../input/dataset/dataset.ts";
import { OUTCOME } from "../run/run-shapes.ts";
import type { KnownOutcome, Outcome } from "../scoring/score/outcome.ts";
import { asOutcome, itemsOf, type Prompt, withKnown } from "./items.ts";
import { mapAhead } from "./map-ahead.ts";
import { prepare, type Scoring, scoreItem } from "./score-item.ts";
import type { ScoreAllOptions } from "./score-options.ts";

/** Prompts that are rendered and tokenised at the same time. */
const PROMPTS_AT_ONCE = 16;
/** Rendering and searching a prompt takes a millisecond, and several the first times: not all in one go. */
const PREPARING_MS = 2;
/**
 * Prompts among which the next one is chosen, and at most so far from their turn: it bounds the
 * memory of a run (some 10 kB each, with a result that waits).
 */
const PLAN_WINDOW = 1024;
/** Bytes of hidden states that may wait for their turn, which makes the window smaller. */
const HIDDEN_BYTES = 64 * 2 ** 20;
/** The window is never smaller, so that prompts still share something. */
const SMALLEST_WINDOW = 16;
/**
 * Captures handed to the engine, as many times as it takes prompts at once: the next ones wait there
 * while the last results are being used.
 */
const CAPTURES_AHEAD = 2;

/**
 * Scores records on every criterion: prompts are decoded in the order in which they share most, and
 * outcomes come in the order of the records.
 *
 * @throws LagerError for what is wrong with more than one item.
 */
export async function* scoreStream(
  scoring: Scoring,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  options: ScoreAllOptions,
): AsyncGenerator<Outcome> {
  const { engine } = scoring;
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const progress = { done: 0, failed: 0, promptTokens: 0, decodedTokens: 0, distinctTokens: 0 };
  const decodeSecondsBefore = engine.decodeSeconds;
  const pacer = new Pacer(undefined, "preparing the prompts", PREPARING_MS);
  const prepared = mapAhead(
    withKnown(itemsOf(entries, scoring.judgeTask.task.criteria, scoring.hasher), options.known),
    PROMPTS_AT_ONCE,
    async (item) => {
      if (item.kind !== "item") return item;
      await pacer.turn();
      const prompt = await asOutcome(item, () => prepare(scoring, item));
      if (prompt.kind === "item") progress.distinctTokens += tokensOfFurtherQuestions(prompt);
      return prompt;
    },
  );
  const planned = depthFirst(prepared, {
    // A checklist's questions are asked together, and share nearly all of the first.
    tokensOf: (item) => (item.kind === "item" ? item.asked[0].tokens : null),
    window: planWindow(scoring, engine.info.embeddingLength),
    onWindow: (distinct) => {
      progress.distinctTokens += distinct;
    },
    signal,
  });
  const outcomes = mapAhead(
    planned,
    CAPTURES_AHEAD * engine.info.parallel,
    async ({ sequence, element: item }) => ({
      sequence,
      element:
        item.kind === "item" ? await asOutcome(item, () => scoreItem(scoring, item, signal)) : item,
    }),
    () => stop.abort(),
  );
  for await (const outcome of inSourceOrder(outcomes)) {
    if (outcome.kind === "known") {
      yield await readKnown(outcome.read);
      continue;
    }
    progress.done++;
    if (outcome.kind === "failure") {
      progress.failed++;
    } else {
      progress.promptTokens += outcome.promptTokens;
      progress.decodedTokens +=
        outcome.promptTokens -
        outcome.reusedTokens +
        outcome.branchTokens +
        (outcome.generatedTokens ?? 0);
    }
    const decodeSeconds = engine.decodeSeconds - decodeSecondsBefore;
    options.onProgress?.({ decodeSeconds, ...progress });
    yield outcome;
  }
}

/** What the questions of a checklist have of their own, behind the first. */
function tokensOfFurtherQuestions({ asked }: Prompt): number {
  return asked.slice(1).reduce((sum, { tokens }, i) => {
    const before = asked[i]?.tokens ?? tokens;
    const parting = tokens.findIndex((token, at) => token !== before[at]);
    return sum + (parting === -1 ? 0 : tokens.length - parting);
  }, 0);
}

/** @throws LagerError `INVALID_ARGUMENT` for what is no outcome. */
async function readKnown(read: KnownOutcome): Promise<Outcome> {
  const outcome = await blaming("Session.scoreAll", "options.known", async () => read());
  checkArguments("Session.scoreAll", { "options.known": [outcome, OUTCOME] });
  return outcome;
}

/** Fewer prompts where each outcome holds hidden states until its turn. */
function planWindow({ aggregation }: Scoring, embeddingLength: number): number {
  const bytes = (aggregation.hidden?.layers.length ?? 0) * embeddingLength * 4;
  if (bytes === 0) return PLAN_WINDOW;
  return Math.min(PLAN_WINDOW, Math.max(SMALLEST_WINDOW, Math.floor(HIDDEN_BYTES / bytes)));
}
