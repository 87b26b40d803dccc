/**
 * Outcomes of a run, as far as it is known: a record that cannot be read is one, any other is one for
 * each criterion.
 *
 * @param unreadable - records that were found to be so by now
 */
export function expectedOutcomes(records: number, criteria: number, unreadable: number): number {
  return (records - unreadable) * criteria + unreadable;
}
