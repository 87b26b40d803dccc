/** What a run's header and a weights file say of the judge. */
export interface JudgeFacts {
  readonly name: string;
  /** Of the GGUF file, lower-case hex; with adapters on top, of the file's hash and theirs. */
  readonly sha256: string;
  readonly architecture: string;
  readonly quantization: string;
  /** Number of transformer layers L. */
  readonly layers: number;
}
