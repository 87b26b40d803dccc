/** What tells the lines of a run apart: a record, and the criterion that it was scored on. */
export interface LineName {
  readonly id: string;
  /** Null for the failure of a whole record. */
  readonly criterion: string | null;
}

/** The name as one text, for maps: no two names have the same. */
export function lineKey({ id, criterion }: LineName): string {
  return JSON.stringify([id, criterion]);
}
