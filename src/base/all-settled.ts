/**
 * Waits until all are settled, and throws what the first of them in the list was rejected with: then none
 * is under way any more.
 */
export async function allSettled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}
