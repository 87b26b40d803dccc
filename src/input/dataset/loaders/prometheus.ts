import { isObject } from "../../../base/json.ts";
import { firstOf, type RawObject, wrongField } from "./raw-fields.ts";

const RUBRIC = "rubric";
const SCORES = ["1", "2", "3", "4", "5"] as const;

/**
 * Records of the Prometheus family, each with a rubric of its own: Feedback-Bench and the Feedback
 * Collection (`orig_criteria`, `orig_score1_description`, …), BiGGen-Bench (`score_rubric`), and
 * what the prometheus-eval library takes (`rubric`, an object or its JSON).
 */
export function prometheusRecord(record: RawObject): RawObject[] {
  const model = firstOf(record, ["model_name", "model"]);
  const id = recordIdOf(record, model);
  return [
    {
      ...(id !== undefined && { id }),
      ...(model !== undefined && { system_id: model }),
      instruction: firstOf(record, ["orig_instruction", "input", "instruction"]),
      response: firstOf(record, ["orig_response", "response"]),
      reference: firstOf(record, ["orig_reference_answer", "reference_answer"]),
      context: firstOf(record, ["system_prompt"]),
      human: firstOf(record, ["orig_score", "human_score", "score"]),
      rubric: rubricOf(record),
    },
  ];
}

/** BiGGen-Bench has the id of the instance in the records of all models that answered it. */
function recordIdOf(record: RawObject, model: unknown): unknown {
  if (model !== undefined && record.id !== undefined) return `${record.id}:${model}`;
  return record.orig_instruction === undefined ? undefined : record.id;
}

interface Rubric {
  readonly criteria: string;
  /** The line of each score that has one. */
  readonly scores: readonly { readonly label: string; readonly text: string }[];
}

function rubricOf(record: RawObject): Rubric {
  if (record.orig_criteria !== undefined) return rubricIn(record, "orig_");
  const rubric = firstOf(record, ["score_rubric", RUBRIC]);
  const parsed = typeof rubric === "string" ? parseJson(rubric) : rubric;
  if (isObject(parsed)) return rubricIn(parsed, "");
  throw wrongField(RUBRIC, "a rubric (criteria, score1_description, …)", rubric);
}

function rubricIn(rubric: RawObject, prefix: string): Rubric {
  const criteria = rubric[`${prefix}criteria`];
  if (typeof criteria !== "string" || criteria.trim() === "") {
    throw wrongField(`${prefix}criteria`, "a text", criteria);
  }
  const scores = SCORES.flatMap((label) => {
    const text = rubric[`${prefix}score${label}_description`];
    return typeof text === "string" && text.trim() !== "" ? [{ label, text: text.trim() }] : [];
  });
  return { criteria: criteria.trim(), scores };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
