import { instructionRecord } from "./instruction-data.ts";
import { firstOf, type RawObject, textIn, wrongField } from "./raw-fields.ts";

/** Spellings of what the two responses answer. */
const INSTRUCTIONS = ["instruction", "prompt", "question"] as const;

/** Ids by which an evaluation finds the sides of a pair again. */
const CHOSEN = ":chosen";
const REJECTED = ":rejected";

/**
 * Preference data (`chosen` and `rejected`, each a text or a list of chat messages) as two records,
 * which are scored like any others. Their human scores, 1 and 0, count where the task has one
 * criterion.
 *
 * @param number Of the record in the file: the pair's id where it has none.
 */
export function preferenceRecords(record: RawObject, number: number): RawObject[] {
  const { chosen, rejected, ...rest } = record;
  const own = record.id;
  const id = typeof own === "string" || typeof own === "number" ? String(own) : String(number);
  return [
    { ...rest, ...side(record, "chosen"), id: id + CHOSEN, human: 1 },
    { ...rest, ...side(record, "rejected"), id: id + REJECTED, human: 0 },
  ];
}

function side(record: RawObject, field: "chosen" | "rejected"): RawObject {
  const value = record[field];
  if (Array.isArray(value)) {
    const [answer = {}] = instructionRecord({ messages: value });
    return answer;
  }
  const instruction = firstOf(record, INSTRUCTIONS);
  if (typeof instruction !== "string") {
    throw wrongField(INSTRUCTIONS[0], "a text (or chosen and rejected as messages)", instruction);
  }
  return { instruction, response: textIn(record, field) };
}
