export const EXAMPLE_TASK: string;
export const EXAMPLE_DATA: string;
export function exampleItems(counts: {
  long: number;
  short: number;
  words: number;
}): Promise<Readonly<Record<string, unknown>>[]>;
