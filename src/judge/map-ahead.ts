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
  let next: Promise<IteratorResult<T>> | undefined;
  let exhausted = false;
  try {
    for (;;) {
      if (!exhausted && ahead.length < depth) next ??= iterator.next();
      const [first] = ahead;
      // A source that is slow, or waits for the results, does not hold back those that are there.
      if (next !== undefined && (first === undefined || (await comesFirst(next, first)))) {
        const element = await next;
        next = undefined;
        exhausted = element.done === true;
        if (element.done === true) continue;
        const result = work(element.value);
        // Whoever awaits it sees a failure; until then it must not count as unhandled.
        result.catch(() => {});
        ahead.push(result);
      } else if (first !== undefined) {
        ahead.shift();
        yield await first;
      } else {
        return;
      }
    }
  } finally {
    if (!exhausted || ahead.length > 0) onStop();
    await Promise.allSettled([...ahead, next]);
    if (!exhausted) await iterator.return?.();
  }
}

/** Whether `next` is settled before `other` is, or both are. */
function comesFirst(next: Promise<unknown>, other: Promise<unknown>): Promise<boolean> {
  const as = (value: boolean) => () => value;
  return Promise.race([next.then(as(true), as(true)), other.then(as(false), as(false))]);
}

async function* iterate<T>(source: Iterable<T>): AsyncGenerator<T> {
  yield* source;
}
