export function readRecords(file: string): Promise<Record<string, unknown>[]>;
export function blocksOf<T>(values: readonly T[], count: number): T[][];
export function shuffled<T>(values: readonly T[]): T[];
