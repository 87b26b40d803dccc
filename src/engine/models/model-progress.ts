/** How far a judge's file has come. */
export interface ModelProgress {
  /** `download`: bytes of the download. `checksum`: bytes of the file that have been hashed. */
  readonly phase: "download" | "checksum";
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What every call that fetches or reads a judge's file takes. */
export interface ModelCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second; `bytes` never falls within a phase. */
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
}
