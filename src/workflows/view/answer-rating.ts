import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { LagerError } from "../../base/errors.ts";
import { isFiniteNumber, isObject, parseJson } from "../../base/json.ts";
import { type Answer, json, plain } from "./answer.ts";
import type { ViewRatings } from "./view-ratings.ts";

/** A rating is some 20 bytes. */
const MOST_BYTES = 1024;

/**
 * Takes on a rating, or takes the last one back, once it is known that the request has the page's token
 * and the right host. Only the page itself may ask: a browser says where a request comes from (`Origin`),
 * and asks before it sends JSON to another site.
 *
 * @param path behind the token: `runs/RUN/ratings/LINE` with `{"human": 4}`, or `undo` with `{}`.
 */
export async function answerRating(
  request: IncomingMessage,
  path: readonly string[],
  ratings: ViewRatings,
): Promise<Answer> {
  const { host, origin, "content-type": type = "" } = request.headers;
  if (origin !== `http://${host}`) return plain(403, "this page only");
  if (!/^application\/json\s*(;|$)/i.test(type)) return plain(415, "JSON only");
  const [place, run = "", part, line = "", ...rest] = path;
  const isUndo = place === "undo" && path.length === 1;
  const isLine = place === "runs" && part === "ratings" && rest.length === 0;
  const isNumbered = /^\d+$/.test(run) && /^\d+$/.test(line);
  if (!isUndo && !(isLine && isNumbered)) return plain(404, "not found");
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (!(length <= MOST_BYTES)) return plain(413, "too long");
  const bytes = await buffer(request);
  try {
    if (isUndo) return json(await ratings.takeBack());
    return json(await ratings.rate(Number(run), Number(line), humanIn(bytes)));
  } catch (error) {
    if (!(error instanceof LagerError) || error.code === "UNWRITABLE_OUTPUT") throw error;
    return plain(400, error.message);
  }
}

/** @throws LagerError `INVALID_ARGUMENT` when it is no rating. */
function humanIn(bytes: Buffer): number | null {
  const refused = () =>
    new LagerError("INVALID_ARGUMENT", 'a rating is {"human": a number or null}');
  const body = parseJson(bytes, refused);
  const human = isObject(body) ? body.human : undefined;
  if (human !== null && !isFiniteNumber(human)) throw refused();
  return human;
}
