import { partOfRun, type ReportMarkup, type ViewConfig } from "../base/view-config.ts";
import type { LineTexts } from "../run/line-texts.ts";
import type { TableBlock, TableHead } from "../run/table-columns.ts";
import { textOfPart } from "./part-of-page.ts";

/** Where the runs come from: the page itself, or the server that it came from. */
export interface Source {
  head(run: number): Promise<TableHead>;
  /** Null where the page was written without this block. */
  block(run: number, block: TableBlock): Promise<ArrayBuffer | null>;
  /** The evaluation of all runs; null where the page has it already. */
  readonly report: (() => Promise<ReportMarkup>) | null;
  /** Texts of a line. */
  texts(run: number, line: number): Promise<ShownTexts>;
}

/** What is known of a line's texts; see the server's `ViewedTexts`. */
export interface ShownTexts {
  readonly found: LineTexts | null;
  readonly missing: string | null;
}

export function sourceOf({ isEmbedded }: ViewConfig): Source {
  return isEmbedded ? EMBEDDED : SERVED;
}

const EMBEDDED: Source = {
  report: null,
  head: async (run) => JSON.parse(textOfPart(partOfRun(run, "head")) ?? "null"),
  block: async (run, block) => {
    const text = textOfPart(partOfRun(run, block));
    return text === null ? null : fromBase64(text);
  },
  texts: async () => ({ found: null, missing: "the page holds figures alone, and no texts" }),
};

const SERVED: Source = {
  report: async () => (await fetched("report.json")).json(),
  head: async (run) => (await fetched(`runs/${run}/head`)).json(),
  block: async (run, block) => (await fetched(`runs/${run}/${block}`)).arrayBuffer(),
  texts: async (run, line) => (await fetched(`runs/${run}/texts/${line}`)).json(),
};

/** @throws Error that says what to do. */
async function fetched(path: string): Promise<Response> {
  const gone = "lager view has ended: start it again, and open the address that it prints";
  const response = await fetch(path).catch((cause: unknown) => {
    throw new Error(gone, { cause });
  });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

/** So many characters of Base64 are decoded at a time; a multiple of four. */
const CHUNK = 1 << 20;

function fromBase64(text: string): ArrayBuffer {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  for (let start = 0; start < text.length; start += CHUNK) {
    const decoded = atob(text.slice(start, start + CHUNK));
    for (let i = 0; i < decoded.length; i++) bytes[at++] = decoded.charCodeAt(i);
  }
  return bytes.buffer;
}
