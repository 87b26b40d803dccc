/**
 * Applies `work` to the elements in order, up to `depth` at a time, and yields the results in
 * order. So the elements after the current one are made ready while it is being used, and no more
 * of them are held than that. A source that is slow, or waits for the results, does not hold back
 * the results that are there.
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
  let pulling: Promise<void> | undefined;
  let exhausted = false;
  let stopped = false;

  /** Takes elements until `depth` of them are ahead, also while the consumer is busy. */
  const pull = (): void => {
    if (pulling !== undefined || exhausted || stopped || ahead.length >= depth) return;
    pulling = handled(
      iterator.next().then((next) => {
        pulling = undefined;
        exhausted = next.done === true;
        if (next.done === true || stopped) return;
        ahead.push(handled(work(next.value)));
        pull();
      }),
    );
  };

  try {
    for (;;) {
      pull();
      if (ahead.length === 0 && pulling !== undefined) await pulling;
      const first = ahead.shift();
      if (first !== undefined) {
        pull();
        yield await first;
      } else if (exhausted) {
        return;
      }
    }
  } finally {
    stopped = true;
    if (!exhausted || ahead.length > 0) onStop();
    await Promise.allSettled([...ahead, pulling]);
    if (!exhausted) await iterator.return?.();
  }
}

/** Whoever awaits the promise sees its failure; until then it must not count as unhandled. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function* iterate<T>(source: Iterable<T>): AsyncGenerator<T> {
  yield* source;
}
