import type { JsonFields } from "../../base/json-fields.ts";

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

/** Reads them from the field `judge` of a file's outermost object. */
export function parseJudgeFacts(fields: JsonFields): JudgeFacts {
  const judge = fields.object("judge");
  return {
    name: judge.string("name"),
    sha256: judge.string("sha256"),
    architecture: judge.string("architecture"),
    quantization: judge.string("quantization"),
    layers: judge.integer("layers", 1),
  };
}
