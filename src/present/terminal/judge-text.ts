import { visibleText } from "../../base/visible-text.ts";
import type { JudgeCheck } from "../../workflows/check-judge/result.ts";
import { bytesText } from "./bytes-text.ts";
import { factLines, formatTable } from "./table.ts";

/** A judge that goes by a name, as far as it is listed. Sizes in bytes. */
export interface NamedJudge {
  readonly name: string;
  readonly size: number;
  readonly quantization: string;
  /** In tokens. */
  readonly contextLength: number;
  readonly license: string;
  readonly memory: number;
  readonly fits: string;
  readonly cached: boolean;
  readonly description: string;
}

/**
 * Judges that go by a name, as a table.
 *
 * @param options.memory Of the machine, in bytes.
 */
export function judgeTable(
  judges: readonly NamedJudge[],
  { columns, memory }: { readonly columns: number; readonly memory: number },
): string {
  const lines = formatTable(
    [
      { title: "name", align: "left" },
      { title: "size", align: "right" },
      { title: "weights", align: "left" },
      { title: "context", align: "right" },
      { title: "licence", align: "left", flexible: true },
      { title: "memory", align: "right" },
      { title: "fits", align: "left" },
      { title: "fetched", align: "left" },
      { title: "what it is", align: "left", flexible: true },
    ],
    judges.map((judge) => [
      judge.name,
      bytesText(judge.size),
      judge.quantization,
      String(judge.contextLength),
      judge.license,
      bytesText(judge.memory),
      judge.fits,
      judge.cached ? "yes" : "no",
      judge.description,
    ]),
    columns,
  );
  const note = `fits: into this machine's ${bytesText(memory)}, with prompts of up to 4096 tokens`;
  return `${lines.join("\n")}\n\n${note}\n`;
}

/** A judge that is loaded, as far as it is shown. */
export interface ShownJudge {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly info: object & { readonly chatTemplate: string | null };
  readonly chatTemplate: { readonly isFallback: boolean; readonly source: string };
  readonly backend: {
    readonly release: string;
    readonly backend: string;
    readonly devices: readonly { readonly description: string }[];
  };
}

/** The tokens of a label, and their texts. */
export interface ShownLabel {
  readonly label: string;
  readonly tokens: readonly number[];
  readonly texts: readonly string[];
}

/**
 * What a judge is and how it would be used, a fact a line.
 *
 * @param labels Of the scale 1–5, or why they have no tokens.
 */
export function judgeText(judge: ShownJudge, labels: readonly ShownLabel[] | string): string {
  const { info, backend, chatTemplate } = judge;
  const { chatTemplate: _, ...figures } = info;
  const devices = backend.devices.map(({ description }) => description).join(", ");
  return factLines([
    ["name", judge.name],
    ["file", judge.path],
    ["sha256", judge.sha256],
    ...Object.entries(figures).map(([key, value]) => [key, String(value)] as const),
    [
      "chat template",
      chatTemplate.isFallback ? "none" : `${chatTemplate.source.length} characters`,
    ],
    ["score tokens 1–5", typeof labels === "string" ? labels : labels.map(labelText).join(", ")],
    ["llama.cpp", backend.release],
    ["backend", `${backend.backend} (${devices})`],
  ]);
}

function labelText({ label, tokens, texts }: ShownLabel): string {
  const shown = tokens.map((token, i) => `${token} ${JSON.stringify(texts[i])}`);
  return `${label} → ${shown.join(" + ")}`;
}

/** Whether a judge is supported, in one line. */
export function judgeCheckText(check: JudgeCheck): string {
  return check.supported
    ? `${visibleText(check.file)}: supported (${check.architecture}, ${check.layers} layers, ` +
        `largest difference to llama.cpp's own logits ${check.maxDifference})\n`
    : `${visibleText(`${check.file}: not supported: ${check.reason}`)}\n`;
}
