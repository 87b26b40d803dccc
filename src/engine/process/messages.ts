import type {
  NativeBackends,
  NativeBatchRequest,
  NativeCapture,
  NativeCaptureRequest,
  NativeGenerateRequest,
  NativeGeneration,
  NativeJudgeInfo,
  NativeLoadRequest,
  NativeSpecialToken,
} from "../addon/boundary.ts";

/** What the child is to do, by the boundary's names. `judge` is the number that it gave to a judge. */
export type Call =
  | {
      readonly method: "initialize";
      readonly libraryDirectory: string;
      readonly plugins: readonly string[];
      readonly verbose: boolean;
    }
  | { readonly method: "loadJudge"; readonly request: NativeLoadRequest }
  | { readonly method: "architectureOf"; readonly path: string }
  | JudgeCall;

/** What a judge in the child is to do. */
export type JudgeCall = { readonly judge: number } & JudgeWork;

/** The same without saying which judge. */
export type JudgeWork =
  | { readonly method: "tokenText"; readonly token: number }
  | { readonly method: "textOf"; readonly tokens: Int32Array }
  | {
      readonly method: "tokenize";
      readonly texts: readonly string[];
      readonly special: Int32Array;
    }
  | { readonly method: "capture"; readonly request: NativeCaptureRequest }
  | { readonly method: "captureBatch"; readonly request: NativeBatchRequest }
  | { readonly method: "generate"; readonly request: NativeGenerateRequest }
  | { readonly method: "dispose" };

/** A judge that the child has loaded, with what its client is asked for at any time. */
export interface LoadedInChild {
  readonly judge: number;
  readonly info: NativeJudgeInfo;
  readonly metadata: Record<string, string>;
  readonly specialTokens: readonly NativeSpecialToken[];
}

/** What each call gives. */
export interface Results {
  readonly initialize: NativeBackends;
  readonly loadJudge: LoadedInChild;
  readonly architectureOf: string | null;
  readonly tokenText: string;
  readonly textOf: string;
  readonly tokenize: Int32Array[];
  readonly capture: NativeCapture;
  readonly captureBatch: NativeCapture[];
  readonly generate: NativeGeneration;
  readonly dispose: undefined;
}

/** From the parent to the child. Calls are numbered by the parent. */
export type ToChild =
  | { readonly kind: "call"; readonly id: number; readonly call: Call }
  | { readonly kind: "cancel"; readonly id: number };

/** From the child to the parent. */
export type FromChild =
  | {
      readonly kind: "result";
      readonly id: number;
      readonly value: unknown;
      /** Of the call's judge, as `NativeJudge.decodeSeconds`. */
      readonly decodeSeconds?: number;
    }
  | {
      readonly kind: "failure";
      readonly id: number;
      readonly code: string;
      readonly message: string;
      readonly cause?: string;
    }
  /** How much of a judge is loaded, 0…1. */
  | { readonly kind: "progress"; readonly id: number; readonly share: number }
  /** A decode call has ended since the last message of this kind: the work goes on. */
  | { readonly kind: "alive" };
