/** How well a threshold tells the questions that cannot be answered. */
export interface BoundaryFigures {
  /** Share τ of the way through the range. */
  readonly tau: number;
  /** min + τ · (max − min): a question is called unanswerable at or below it. */
  readonly threshold: number;
  /** Of the questions called unanswerable those that are; null when none is called so. */
  readonly precision: number | null;
  /** Of the unanswerable questions those called so; null when there are none. */
  readonly recall: number | null;
  /** 2 · precision · recall / (precision + recall); 0 when none is found; null without any. */
  readonly f1: number | null;
  readonly accuracy: number;
  /** Questions called unanswerable. */
  readonly called: number;
}

/** A figure with its 95 % bootstrap interval over questions; null where it is not defined. */
export interface KnowledgeEstimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What one way of scoring makes of the questions. */
export interface MethodKnowledge {
  readonly method: string;
  /** At τ of the range that was asked for. */
  readonly at: BoundaryFigures;
  /** At τ of the range from this method's least score to its greatest, whatever was asked for. */
  readonly atObserved: BoundaryFigures;
  readonly f1: KnowledgeEstimate;
  readonly auroc: KnowledgeEstimate;
  readonly sweep: readonly BoundaryFigures[];
}

/** What min and max of the threshold min + τ (max − min) are of: the scale, or a method's scores. */
export const THRESHOLD_RANGES = ["scale", "observed"] as const;
export type ThresholdRange = (typeof THRESHOLD_RANGES)[number];

/** What a judge's scores say of which questions it could answer. */
export interface KnowledgeResult {
  readonly questions: number;
  readonly failed: number;
  readonly unanswerable: number;
  readonly tau: number;
  readonly range: ThresholdRange;
  /** Of the score, the first method. */
  readonly threshold: number;
  /** Empty when the data does not say which questions can be answered. */
  readonly methods: readonly MethodKnowledge[];
  /** Questions called unanswerable, the surest first. */
  readonly called: readonly {
    readonly id: string;
    readonly score: number;
    readonly text: string;
  }[];
}
