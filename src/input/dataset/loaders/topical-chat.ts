import { nameIn, objectsIn, type RawObject, textIn } from "./raw-fields.ts";

/** Names of the scores in the annotations of USR, by criterion. */
const NAMES = {
  understandability: "Understandable",
  naturalness: "Natural",
  coherence: "Maintains Context",
  engagingness: "Engaging",
  groundedness: "Uses Knowledge",
  overall: "Overall",
} as const;

/**
 * Topical-Chat replies: the annotations of USR, where a conversation has a list of replies, or the
 * same with one reply a record (`source`, `system_output`, `scores`), which stay as they are.
 */
export function topicalChatRecords(record: RawObject): RawObject[] {
  if (record.responses === undefined) return [record];
  return objectsIn(record, "responses").map((reply) => ({
    source: textIn(record, "context"),
    context: textIn(record, "fact"),
    system_output: textIn(reply, "response"),
    system_id: nameIn(reply, "model"),
    scores: Object.fromEntries(
      Object.entries(NAMES).map(([criterion, name]) => [criterion, reply[name]]),
    ),
  }));
}
