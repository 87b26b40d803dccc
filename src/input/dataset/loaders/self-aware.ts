import { firstOf, type RawObject, textIn, wrongField } from "./raw-fields.ts";

/** A question of SelfAware: its human score is 1 when it can be answered, and 0 when it cannot. */
export function selfAwareRecord(record: RawObject): RawObject[] {
  const id = firstOf(record, ["id", "question_id"]);
  const { answerable } = record;
  if (answerable !== undefined && answerable !== null && typeof answerable !== "boolean") {
    throw wrongField("answerable", "true or false", answerable);
  }
  return [
    {
      ...(id !== undefined && { id }),
      question: textIn(record, "question"),
      ...(typeof answerable === "boolean" && { human: answerable ? 1 : 0 }),
    },
  ];
}
