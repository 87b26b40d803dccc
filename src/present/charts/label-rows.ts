/** Labels that share a row of a chart. */
export interface LabelRow {
  readonly name: string;
  /** Indices of the labels, the end not included. */
  readonly from: number;
  readonly to: number;
}

/** More rows than these would be too thin to see, and a chart of them too large. */
const MOST_ROWS = 21;

/** A row for each label, the lowest first; on long scales such as 0–100, for each few of them. */
export function labelRows(labels: readonly string[]): LabelRow[] {
  const step = rowStep(labels.length);
  return Array.from({ length: Math.ceil(labels.length / step) }, (_, i) => {
    const from = i * step;
    const to = Math.min(labels.length, from + step);
    const [first = "", last = ""] = [labels[from], labels[to - 1]];
    return { name: to - from === 1 ? first : `${first}–${last}`, from, to };
  });
}

/**
 * Where a value of the scale stands on the axis of rows, between the rows of the labels around it;
 * null outside of the scale.
 *
 * @param values Of the labels, ascending.
 */
export function rowPosition(value: number, values: readonly number[]): number | null {
  const above = values.findIndex((each) => each >= value);
  if (above === -1 || value < (values[0] ?? Number.NaN)) return null;
  const high = values[above] ?? value;
  const low = values[Math.max(0, above - 1)] ?? value;
  const index = high === low ? above : above - (high - value) / (high - low);
  return (index + 0.5) / rowStep(values.length) - 0.5;
}

function rowStep(labels: number): number {
  return Math.max(1, Math.ceil(labels / MOST_ROWS));
}
