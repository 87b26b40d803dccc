import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorMessage } from "../../base/errors.ts";
import { isSecret, listenOn, namesLoopback } from "../../base/local-server.ts";
import type { RunTable } from "../../run/run-table.ts";
import { blockBytes, TABLE_BLOCKS, type TableBlock, tableHead } from "../../run/table-columns.ts";
import { type TableTexts, textsOfLine } from "../../run/table-texts.ts";
import { type Answer, json, markup, plain } from "./answer.ts";
import { answerRating } from "./answer-rating.ts";
import { type MakeReport, ReportOnCall } from "./report-on-call.ts";
import type { ViewRatings } from "./view-ratings.ts";

const TOKEN_BYTES = 24;

/** What is served. */
export interface ViewOptions {
  readonly page: string;
  /** Content security policy of the page. */
  readonly policy: string;
  readonly tables: readonly RunTable[];
  /** Finds the texts of each run. */
  readonly texts: readonly (() => Promise<TableTexts>)[];
  /** Evaluates the runs, once somebody asks for it. */
  readonly report: MakeReport;
  /** Takes the ratings that are given in the page; null: none can be given. */
  readonly ratings: ViewRatings | null;
  /** Default: one that is free. */
  readonly port?: number | undefined;
}

/** A page that is being served. */
export interface ServedView extends AsyncDisposable {
  /** The page's address, with a token that nobody can guess. */
  readonly url: string;
}

/**
 * Serves the page of runs on the loopback address, to whoever has its address: every path begins with a
 * random token, and a request whose `Host` is another name for this machine is refused, as a page of
 * another site would send it (DNS rebinding). Nothing can be changed by any request, but for ratings that
 * the page itself sends.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the port is taken.
 */
export async function serveView(options: ViewOptions): Promise<ServedView> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const report = new ReportOnCall(options.report);
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const left = new AbortController();
    response.once("close", () => left.abort());
    void answerTo(request, { ...options, report, left: left.signal }, token, port)
      .catch((error: unknown) => plain(500, errorMessage(error)))
      .then((answer) => send(request, response, answer, options.policy));
  });
  const address = await listenOn(server, options.port ?? 0);
  return {
    url: `${address}/${token}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What answers are made from. */
interface Served extends Omit<ViewOptions, "report"> {
  readonly report: ReportOnCall;
  /** Aborted when whoever asks does not wait any more. */
  readonly left: AbortSignal;
}

async function answerTo(
  request: IncomingMessage,
  options: Served,
  token: string,
  port: number,
): Promise<Answer> {
  const { method, url = "", headers } = request;
  if (!namesLoopback(headers.host, port)) return plain(403, "this address only");
  const [, given = "", ...path] = url.split("?", 1).join("").split("/");
  if (!isSecret(given, token)) return plain(404, "not found");
  if (method === "POST" && options.ratings !== null) {
    return answerRating(request, path, options.ratings);
  }
  if (method !== "GET" && method !== "HEAD") return plain(405, "only to be read");
  return answerReading(path, options);
}

async function answerReading(
  path: readonly string[],
  { page, tables, texts, report, ratings, left }: Served,
): Promise<Answer> {
  const [place = "", run = "", part = "", ...rest] = path;
  if (path.length === 1 && place === "") {
    return markup(page);
  }
  if (path.length === 1 && place === "report") return markup((await report.wait(left)).page);
  if (path.length === 1 && place === "report.json") return json((await report.wait(left)).markup);
  if (path.length === 1 && place === "report-share") return json(report.share);
  const table = /^\d+$/.test(run) ? tables[Number(run)] : undefined;
  if (place !== "runs" || table === undefined) return plain(404, "not found");
  if (part === "texts") return textsAt(rest, table, await texts[Number(run)]?.());
  if (rest.length > 0) return plain(404, "not found");
  if (part === "ratings") return json(ratings?.given(Number(run)) ?? []);
  if (part === "head") return json(tableHead(table));
  if (!isBlock(part)) return plain(404, "not found");
  return { status: 200, type: "application/octet-stream", parts: blockBytes(table, part) };
}

/** All texts of a run, or those of the line that is named. */
function textsAt(
  [line, ...rest]: readonly string[],
  { lines, recordOf }: RunTable,
  texts: TableTexts | undefined,
): Answer {
  if (texts === undefined || rest.length > 0) return plain(404, "not found");
  if (line === undefined) return json(texts);
  const number = /^\d+$/.test(line) ? Number(line) : lines;
  if (number >= lines) return plain(404, "not found");
  return json(textsOfLine(texts, number, recordOf[number] as number));
}

function isBlock(name: string): name is TableBlock {
  return TABLE_BLOCKS.some((block) => block === name);
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, type, parts }: Answer,
  policy: string,
): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": parts.reduce((sum, { length }) => sum + length, 0),
    // In the head a policy can also say who may frame the page.
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
  if (method !== "HEAD") for (const part of parts) response.write(part);
  response.end();
}
