import { type ErrorPlace, isErrorCode, type LagerError } from "../base/errors.ts";
import { isFiniteNumber } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import type { Failure } from "../input/dataset/failure.ts";
import type { RecordTexts } from "../input/dataset/record.ts";
import type { TextField } from "../input/task/task.ts";
import {
  hasBranches,
  type NodeLogits,
  type NodeQuestion,
  questionNodes,
} from "../scoring/distribution/node-logits.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { normalizedScore } from "../scoring/score/score-from-capture.ts";
import type { QuestionScore } from "../scoring/score/score-result.ts";
import type { RunHeader } from "./run-format.ts";
import { runNodes } from "./run-nodes.ts";

const RUN_LINE = { code: "INVALID_RUN", whole: "a run line" } as const;

/**
 * Reads the JSON values of the lines after the first: scores and failures. Scores and logits come
 * back as the float32 values that were written. What it gives throws `INVALID_RUN` that names the
 * field.
 *
 * @param options.reuse Logits of a score are written over by those of the next. Default: false.
 */
export function runItemParser(
  header: RunHeader,
  options: { readonly reuse?: boolean } = {},
): (value: unknown, place: ErrorPlace) => Outcome {
  const { nodes, sharesOf, mostQuestions } = runNodes(header);
  const rows = header.judge.layers + 1;
  const empty = (question?: NodeQuestion): NodeLogits[] =>
    nodes.map((node) => ({
      ...node,
      ...(question !== undefined && { question }),
      normed: new Float32Array(rows * node.outcomes.length),
      raw: new Float32Array(rows * node.outcomes.length),
    }));
  const emptyOf = (criterion: string): NodeLogits[] =>
    sharesOf(criterion)?.flatMap((share, number) =>
      empty({ number, shares: Float64Array.of(share) }),
    ) ?? empty();
  const kept = new Map<string, NodeLogits[]>();
  const nodesOf = (fields: JsonFields): NodeLogits[] => {
    const criterion = fields.string("criterion");
    if (mostQuestions !== null && sharesOf(criterion) === null) {
      throw fields.invalid(
        "criterion",
        "the header's task has no such criterion, nor its questions",
      );
    }
    if (options.reuse !== true) return emptyOf(criterion);
    const key = mostQuestions === null ? "" : criterion;
    const reused = kept.get(key) ?? emptyOf(criterion);
    kept.set(key, reused);
    return reused;
  };
  return (value, place) => {
    const fields = new JsonFields(value, { ...RUN_LINE, place });
    const kind = fields.value("kind");
    if (kind === "score") return parseScore(fields, header, nodesOf(fields));
    if (kind === "failure") return parseFailure(fields);
    throw fields.invalid("kind", `${JSON.stringify(kind)} is not "score" or "failure"`);
  };
}

function parseScore(fields: JsonFields, header: RunHeader, nodes: readonly NodeLogits[]): Score {
  const questions = questionNodes(nodes);
  const isChecklist = nodes[0]?.question !== undefined;
  return {
    kind: "score",
    id: fields.string("id"),
    criterion: fields.string("criterion"),
    labels: header.labels,
    values: header.values,
    score: fields.float32("score"),
    // Written for other readers: the score decides it.
    normalized: normalizedScore(fields.float32("score"), header.values),
    vanilla: fields.float32("vanilla"),
    eScore: fields.float32("eScore"),
    lager: fields.float32("lager"),
    probabilities: parseProbabilities(fields, header),
    entropy: fields.float32("entropy"),
    standardDeviation: fields.float32("standardDeviation"),
    scoreMass: fields.float32("scoreMass"),
    nodes: isChecklist ? nodes : fillNodes(fields, nodes),
    ...(isChecklist && { questions: parseQuestions(fields, header, questions) }),
    promptTokens: fields.integer("promptTokens", 0),
    reusedTokens: fields.integer("reusedTokens", 0),
    branchTokens: hasBranches(nodes) ? fields.integer("branchTokens", 0) : 0,
    ...(fields.has("inputHash") && { inputHash: fields.string("inputHash") }),
    ...(fields.has("human") && { human: fields.number("human") }),
    ...(fields.has("responseLength") && { responseLength: fields.integer("responseLength", 0) }),
    ...(fields.has("systemId") && { systemId: fields.string("systemId") }),
    ...(fields.has("group") && { group: fields.string("group") }),
    ...(fields.has("hiddenRow") && { hiddenRow: fields.integer("hiddenRow", 0) }),
    ...(fields.has("texts") && { texts: parseTexts(fields.object("texts")) }),
    ...parsePrompt(fields),
    ...(fields.has("generated") && { generated: fields.string("generated") }),
    ...(fields.has("generatedTokens") && { generatedTokens: fields.integer("generatedTokens", 0) }),
    ...parseClass(fields),
  };
}

function parseTexts(texts: JsonFields): RecordTexts {
  const text = (name: TextField) => (texts.has(name) ? texts.string(name) : "");
  return {
    instruction: text("instruction"),
    response: text("response"),
    reference: text("reference"),
    context: text("context"),
  };
}

/** Each question's figures; its logits are filled into its nodes. */
function parseQuestions(
  fields: JsonFields,
  header: RunHeader,
  nodes: readonly (readonly NodeLogits[])[],
): QuestionScore[] {
  const given = fields.objects("questions");
  if (given.length !== nodes.length) {
    throw fields.invalid("questions", `the header's task has ${nodes.length} for this criterion`);
  }
  return given.map((question, i): QuestionScore => {
    fillNodes(question, nodes[i] ?? []);
    return {
      score: question.float32("score"),
      probabilities: parseProbabilities(question, header),
      scoreMass: question.float32("scoreMass"),
      ...parsePrompt(question),
    };
  });
}

function parseProbabilities(fields: JsonFields, { labels: { length } }: RunHeader): number[] {
  return float32Row(fields.value("probabilities"), length, () =>
    fields.invalid("probabilities", `${length} numbers are expected, one for each label`),
  );
}

function parsePrompt(fields: JsonFields): Pick<Score, "tokens" | "prompt"> {
  return {
    ...(fields.has("tokens") && { tokens: fields.array("tokens", isTokenId, TOKEN_IDS) }),
    ...(fields.has("prompt") && { prompt: fields.string("prompt") }),
  };
}

/** Fills in `logits` of the only node, or `nodes`, which must be those of the header's labels. */
function fillNodes(fields: JsonFields, nodes: readonly NodeLogits[]): readonly NodeLogits[] {
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1) {
    fillLogits(fields.object("logits"), only);
    return nodes;
  }
  const found = fields.objects("nodes");
  if (found.length !== nodes.length) {
    throw fields.invalid("nodes", `the header's labels part at ${nodes.length} places`);
  }
  for (const [i, node] of nodes.entries()) {
    const given = found[i];
    if (given === undefined) continue;
    for (const name of ["outcomes", "prefix"] as const) {
      if (given.array(name, isTokenId, TOKEN_IDS).join() === node[name].join()) continue;
      throw given.invalid(name, `by the header's labels it is [${node[name].join()}]`);
    }
    fillLogits(given, node);
  }
  return nodes;
}

function fillLogits(fields: JsonFields, { outcomes, normed, raw }: NodeLogits): void {
  fillRows(fields, "normed", normed, outcomes.length);
  fillRows(fields, "raw", raw, outcomes.length);
}

function parseFailure(fields: JsonFields): Failure {
  const code = fields.value("code");
  if (!isErrorCode(code)) {
    throw fields.invalid("code", `${JSON.stringify(code)} is not an error code`);
  }
  return {
    kind: "failure",
    id: fields.string("id"),
    criterion: fields.value("criterion") === null ? null : fields.string("criterion"),
    code,
    message: fields.string("message"),
    ...(fields.has("inputHash") && { inputHash: fields.string("inputHash") }),
    ...(fields.has("generated") && { generated: fields.string("generated") }),
    ...parseClass(fields),
  };
}

function parseClass(fields: JsonFields): { readonly class?: number } {
  return fields.has("class") ? { class: fields.integer("class", 0) } : {};
}

/** @param target Row-major, shape [rows, columns]; `null` is a row of NaN. */
function fillRows(logits: JsonFields, name: string, target: Float32Array, columns: number): void {
  const rows = logits.value(name);
  const count = target.length / columns;
  if (!Array.isArray(rows) || rows.length !== count) {
    throw logits.invalid(name, `${count} rows are expected: the token embedding and each layer`);
  }
  for (let layer = 0; layer < count; layer++) {
    const row: unknown = rows[layer];
    const start = layer * columns;
    if (row === null) {
      target.fill(Number.NaN, start, start + columns);
      continue;
    }
    if (!Array.isArray(row) || row.length !== columns || !row.every(isFiniteNumber)) {
      throw logits.invalid(name, `row ${layer} is neither null nor ${columns} numbers`);
    }
    for (let k = 0; k < columns; k++) target[start + k] = row[k] as number;
  }
}

function float32Row(row: unknown, length: number, error: () => LagerError): number[] {
  if (!Array.isArray(row) || row.length !== length || !row.every(isFiniteNumber)) throw error();
  return row.map(Math.fround);
}

const TOKEN_IDS = "a list of token ids";

function isTokenId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
