import type { Planned } from "./depth-first.ts";

/**
 * Puts elements back into the order of their source; holds those that came before their turn. When
 * `planned` fails, those that are held are yielded first, with gaps between them: what was finished
 * is not lost to a run that is ended.
 */
export async function* inSourceOrder<T>(planned: AsyncIterable<Planned<T>>): AsyncGenerator<T> {
  const early = new Map<number, Planned<T>>();
  let turn = 0;
  try {
    for await (const next of planned) {
      early.set(next.sequence, next);
      for (let due = early.get(turn); due !== undefined; due = early.get(turn)) {
        early.delete(turn);
        turn++;
        yield due.element;
      }
    }
  } catch (error) {
    const held = [...early.values()].sort((a, b) => a.sequence - b.sequence);
    for (const { element } of held) yield element;
    throw error;
  }
}
