import type { NativeCapture } from "../../src/engine/addon/boundary.ts";
import type { JudgeEngine } from "../../src/engine/native/judge-engine.ts";

/** The layers that are averaged, and their logits. */
export interface Averaged {
  readonly layers: readonly number[];
  readonly projection: "normed" | "raw";
}

/** What is asked for: the labels behind a prompt. */
export interface LabelQuestion {
  /** The whole prompt as text, and its tokens up to the score position. */
  readonly prompt: string;
  readonly tokens: readonly number[];
  readonly labels: readonly string[];
  readonly endToken: number;
}

/**
 * Each label's probability the slow and plain way: label by label and token by token, with a capture
 * of its own for every step, the average of the layers' logits, and the product of the steps.
 *
 * @returns for each of `averages` the labels' probabilities
 */
export async function bruteForceLabels(
  engine: JudgeEngine,
  question: LabelQuestion,
  averages: readonly Averaged[],
): Promise<number[][]> {
  const spellings = await spell(engine, question);
  const probabilities = averages.map(() => spellings.map(() => 1));
  // As the judge captures them: bits differ otherwise.
  const isFlat = spellings.every((spelling) => spelling.length === 1);
  // Labels that begin alike ask for the same capture; it is made once.
  const captures = new Map<string, Promise<NativeCapture>>();
  for (const [label, spelling] of spellings.entries()) {
    for (let depth = 0; depth <= spelling.length; depth++) {
      const behind = spelling.slice(0, depth);
      const next = spellings
        .filter((other) => other.slice(0, depth).join() === behind.join())
        .map((other) => other[depth] ?? question.endToken);
      // By id, so that the order of the labels plays no part.
      const candidates = [...new Set(next)].sort((a, b) => b - a);
      if (candidates.length < 2) continue;
      const key = behind.join();
      const captured =
        captures.get(key) ??
        engine.capture(
          Int32Array.from([...question.tokens, ...behind]),
          Int32Array.from(candidates),
          { plainAttention: !isFlat },
        );
      captures.set(key, captured);
      const capture = await captured;
      const own = candidates.indexOf(spelling[depth] ?? question.endToken);
      for (const [i, { layers, projection }] of averages.entries()) {
        const odds = candidates.map((_, k) => {
          const logits = layers.map(
            (layer) => capture[projection][layer * candidates.length + k] ?? Number.NaN,
          );
          return Math.exp(logits.reduce((sum, logit) => sum + logit, 0) / logits.length);
        });
        const step = (odds[own] ?? Number.NaN) / odds.reduce((sum, each) => sum + each, 0);
        const row = probabilities[i] ?? [];
        row[label] = (row[label] ?? Number.NaN) * step;
      }
    }
  }
  return probabilities;
}

/** Each label's tokens behind the prompt's own, found by tokenising the whole text with it. */
async function spell(
  engine: JudgeEngine,
  { prompt, tokens, labels }: LabelQuestion,
): Promise<number[][]> {
  const whole = await engine.tokenize(
    labels.map((label) => ({ text: prompt + label, special: true })),
  );
  return whole.map((ids) => {
    const all = Array.from(ids);
    if (all[0] !== tokens[0] && engine.bosToken !== null) all.unshift(engine.bosToken);
    if (all.slice(0, tokens.length).join() !== tokens.join()) {
      throw new Error("the label's text does not begin with the prompt's tokens");
    }
    return all.slice(tokens.length);
  });
}
