import {
  firstOf,
  listIn,
  nameIn,
  objectsIn,
  type RawObject,
  textIn,
  wrongField,
} from "./raw-fields.ts";

const CRITERIA = ["coherence", "consistency", "fluency", "relevance"] as const;

/**
 * SummEval, in either published form: a line for each summary with the experts' annotations (the
 * articles paired in), or an article with the lists of its summaries and of their mean scores.
 */
export function summevalRecords(record: RawObject): RawObject[] {
  return record.machine_summaries === undefined ? [annotated(record)] : listed(record);
}

function annotated(record: RawObject): RawObject {
  const article = firstOf(record, ["text", "article"]);
  if (article === undefined) {
    throw wrongField("text", "the article, once it is paired in", record.text);
  }
  const experts = objectsIn(record, "expert_annotations");
  const system = nameIn(record, "model_id");
  const document = nameIn(record, "id");
  return {
    id: `${document}:${system}`,
    group: document,
    system_id: system,
    article,
    summary: textIn(record, "decoded"),
    human: Object.fromEntries(CRITERIA.map((name) => [name, experts.map((each) => each[name])])),
  };
}

function listed(record: RawObject): RawObject[] {
  const document = nameIn(record, "id");
  const article = textIn(record, "text");
  const scores = CRITERIA.map((name) => [name, listIn(record, name)] as const);
  return listIn(record, "machine_summaries").map((summary, index) => ({
    id: `${document}:${index}`,
    group: document,
    // The place in the list is the system: it is the same for all articles.
    system_id: String(index),
    article,
    summary,
    human: Object.fromEntries(scores.map(([name, values]) => [name, values[index]])),
  }));
}
