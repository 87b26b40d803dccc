export interface MeasuredBlock {
  readonly block: number;
  readonly seconds: number;
  readonly [figure: string]: number;
}

export interface MeasuredSet {
  readonly name: string;
  readonly measured: Readonly<Record<string, readonly MeasuredBlock[]>>;
}

export interface KeyFigure {
  readonly what: string;
  readonly where: string;
  readonly value: number;
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
}

export function median(values: readonly number[]): number;
export function speedRatio(set: MeasuredSet, contender: string, other: string): number;
export function total(set: MeasuredSet, contender: string, figure: string): number;
export function promptsPerSecond(set: MeasuredSet, contender: string): number;
export function keyFigures(results: {
  readonly sets: readonly MeasuredSet[];
  readonly scaling?: {
    readonly runs: readonly {
      readonly items: number;
      readonly millisecondsPerItem: number;
      readonly peakMiB: number;
    }[];
  };
  readonly startup?: {
    readonly scoreSeconds: readonly number[];
    readonly importMilliseconds: readonly number[];
  };
}): KeyFigure[];
export function isMet(figure: KeyFigure): boolean | null;
