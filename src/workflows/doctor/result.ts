/** What `lager doctor` finds out. Sizes in bytes. */
export interface DoctorReport {
  /** Whether scoring would work here. */
  readonly ok: boolean;
  /** What keeps it from working, and what to do. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** What does not keep it from working, and a person should know. */
  readonly warnings: readonly string[];
  /** What is not installed here and would be of use, and the one command that installs it. */
  readonly missing: { readonly what: string; readonly command: string } | null;
  readonly versions: {
    readonly lager: string;
    readonly node: string;
    /** `linux-x64` */
    readonly platform: string;
    /** Release of llama.cpp; null when the addon does not load. */
    readonly llama: string | null;
  };
  readonly addon: {
    /** Null when it is not here. */
    readonly file: string | null;
    readonly loaded: boolean;
    /** Files beside it: llama.cpp's libraries and ggml's plugins. */
    readonly libraries: readonly string[];
  };
  readonly cpu: {
    readonly model: string;
    readonly threads: number;
    /** Features of the kernels in use; null when no CPU plugin is loaded. */
    readonly features: string | null;
    /** What this package computes with faster kernels of the same bits; null when no CPU plugin is loaded. */
    readonly ownKernels: {
      /** `avx2` or `avx512`; empty where there are none for this processor, or they are off. */
      readonly set: string;
      /** e.g. `Q6_K` */
      readonly inPlace: readonly string[];
      /** Those that did not give the bits of ggml's when they were tried, and are not used. */
      readonly leftOut: readonly string[];
    } | null;
  };
  readonly devices: readonly {
    readonly name: string;
    readonly description: string;
    readonly backend: string;
    readonly memoryFree: number;
    readonly memoryTotal: number;
  }[];
  /** The chosen backend; null when the one that was asked for cannot be used. */
  readonly backend: { readonly name: string; readonly reason: string } | null;
  readonly cache: string;
  /** The settings file that holds in the working folder, and what it sets; null without one. */
  readonly settings: {
    readonly file: string;
    readonly values: Readonly<Record<string, string>>;
  } | null;
  /** What fetches judges where the package index lists nothing as JSON; null when there is no pip. */
  readonly pip: string | null;
  readonly judge: { readonly name: string; readonly path: string | null };
  /** What there is for a judge: the GPU's memory where one is used, else this process's. */
  readonly memory: number;
  /** A named judge that would do here; null when none fits, or is quick enough. */
  readonly recommended: {
    readonly name: string;
    /** Whether it has been fetched. */
    readonly cached: boolean;
    /** That it takes. */
    readonly memory: number;
    /** Prompt tokens a second, estimated from `speed`; null when that was not measured. */
    readonly tokensPerSecond: number | null;
  } | null;
  /** Prompt tokens a second with that judge; null when it was not measured. */
  readonly speed: {
    readonly backend: string;
    readonly promptTokens: number;
    readonly seconds: number;
    readonly tokensPerSecond: number;
  } | null;
}
