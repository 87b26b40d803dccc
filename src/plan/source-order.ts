import type { Planned } from "./depth-first.ts";

/** Puts elements back into the order of their source; holds those that came before their turn. */
export async function* inSourceOrder<T>(planned: AsyncIterable<Planned<T>>): AsyncGenerator<T> {
  const early = new Map<number, Planned<T>>();
  let turn = 0;
  for await (const next of planned) {
    early.set(next.sequence, next);
    for (let due = early.get(turn); due !== undefined; due = early.get(turn)) {
      early.delete(turn);
      turn++;
      yield due.element;
    }
  }
}
