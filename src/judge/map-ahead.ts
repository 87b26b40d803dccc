/**
 * Applies `work` to the elements in order, up to `depth` at a time, and yields the results in
 * order. So the elements after the current one are made ready while it is being used, and no more
 * of them are held than that.
 *
 * When the consumer stops early or an element fails, `onStop` is called, what is under way is
 * awaited, and the source is closed.
 */
export async function* mapAhead<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  depth: number,
  work: (element: T) => Promise<R>,
  onStop: () => void = () => {},
): AsyncGenerator<R> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : iterate(source);
  const ahead: Promise<R>[] = [];
  let exhausted = false;
  try {
    for (;;) {
      while (!exhausted && ahead.length < depth) {
        const next = await iterator.next();
        if (next.done === true) {
          exhausted = true;
          break;
        }
        const result = work(next.value);
        // Whoever awaits it sees a failure; until then it must not count as unhandled.
        result.catch(() => {});
        ahead.push(result);
      }
      const first = ahead.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    if (!exhausted || ahead.length > 0) onStop();
    await Promise.allSettled(ahead);
    if (!exhausted) await iterator.return?.();
  }
}

async function* iterate<T>(source: Iterable<T>): AsyncGenerator<T> {
  yield* source;
}
