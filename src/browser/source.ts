import { partOfRun, type ReportMarkup, type ViewConfig } from "../base/view-config.ts";
import type { TableBlock, TableHead } from "../run/table-columns.ts";
import { type TableTexts, textsOfLine, type ViewedTexts } from "../run/table-texts.ts";
import type { RatingChange } from "../run/view-rating.ts";
import { textOfPart } from "./part-of-page.ts";

/** Where the runs come from: the page itself, or the server that it came from. */
export interface Source {
  head(run: number): Promise<TableHead>;
  /** Null where the page was written without this block. */
  block(run: number, block: TableBlock): Promise<ArrayBuffer | null>;
  /** The evaluation of all runs; null where the page has it already. */
  readonly report: ReportSource | null;
  /** Takes ratings; null where none can be given. */
  readonly ratings: RatingSource | null;
  /** Texts of a line. @param record index of its record. */
  lineTexts(run: number, line: number, record: number): Promise<ViewedTexts>;
  /** The texts of all records, `TableTexts` as JSON in UTF-8; null where the page was written without. */
  texts(run: number): Promise<ArrayBuffer | null>;
}

/** Where the evaluation of the runs comes from, which is computed once it is asked for. */
export interface ReportSource {
  /** @param signal Gives it up. */
  made(signal: AbortSignal): Promise<ReportMarkup>;
  /** How much of it has been computed, 0…1. */
  share(): Promise<number>;
}

/** Where ratings go; each is on the disk when its promise resolves. */
export interface RatingSource {
  /** What was said of a run's lines before. */
  given(run: number): Promise<readonly RatingChange[]>;
  /** @param human null leaves the line out. @returns what that changes. */
  rate(run: number, line: number, human: number | null): Promise<readonly RatingChange[]>;
  /** Takes the last rating back. */
  takeBack(): Promise<readonly RatingChange[]>;
}

export function sourceOf({ isEmbedded, rater }: ViewConfig): Source {
  if (isEmbedded) return new EmbeddedSource();
  return { ...SERVED, ratings: rater === null ? null : RATINGS };
}

class EmbeddedSource implements Source {
  readonly report = null;
  readonly ratings = null;
  readonly #texts = new Map<number, TableTexts>();

  async head(run: number): Promise<TableHead> {
    return JSON.parse(textOfPart(partOfRun(run, "head")) ?? "null");
  }

  async block(run: number, block: TableBlock): Promise<ArrayBuffer | null> {
    const text = textOfPart(partOfRun(run, block));
    return text === null ? null : fromBase64(text);
  }

  async lineTexts(run: number, line: number, record: number): Promise<ViewedTexts> {
    const known = this.#texts.get(run);
    const text = known === undefined ? textOfPart(partOfRun(run, "texts")) : null;
    if (known === undefined && text === null) {
      return { found: null, missing: "the page was written without them" };
    }
    const texts = known ?? (JSON.parse(text ?? "") as TableTexts);
    this.#texts.set(run, texts);
    return textsOfLine(texts, line, record);
  }

  async texts(run: number): Promise<ArrayBuffer | null> {
    const text = textOfPart(partOfRun(run, "texts"));
    return text === null ? null : new TextEncoder().encode(text).buffer;
  }
}

const SERVED: Omit<Source, "ratings"> = {
  report: {
    made: async (signal) => (await fetched("report.json", { signal })).json(),
    share: async () => (await fetched("report-share")).json(),
  },
  head: async (run) => (await fetched(`runs/${run}/head`)).json(),
  block: async (run, block) => (await fetched(`runs/${run}/${block}`)).arrayBuffer(),
  lineTexts: async (run, line) => (await fetched(`runs/${run}/texts/${line}`)).json(),
  texts: async (run) => (await fetched(`runs/${run}/texts`)).arrayBuffer(),
};

const RATINGS: RatingSource = {
  given: async (run) => (await fetched(`runs/${run}/ratings`)).json(),
  rate: (run, line, human) => posted(`runs/${run}/ratings/${line}`, { human }),
  takeBack: () => posted("undo", {}),
};

async function posted(path: string, body: object): Promise<readonly RatingChange[]> {
  const headers = { "content-type": "application/json" };
  const answer = await fetched(path, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

/** @throws Error that says what to do. */
async function fetched(path: string, request: RequestInit = {}): Promise<Response> {
  const gone = "lager view has ended: start it again, and open the address that it prints";
  const response = await fetch(path, request).catch((cause: unknown) => {
    request.signal?.throwIfAborted();
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
