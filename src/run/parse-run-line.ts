import { type ErrorPlace, errorMessage, isErrorCode, type LagerError } from "../base/errors.ts";
import { isFiniteNumber } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import { type LabelNode, labelTrie } from "../input/tokens/label-trie.ts";
import type { LabelNodeLogits } from "../scoring/score/score-result.ts";
import { parseJudgeFacts } from "../scoring/weights/judge-facts.ts";
import { RUN_SCHEMA, type RunFailure, type RunHeader, type RunScore } from "./run-format.ts";

const RUN_LINE = { code: "INVALID_RUN", whole: "a run line" } as const;

/**
 * The header of a run from its first line's JSON value.
 *
 * @throws LagerError `INVALID_RUN` that names the field.
 */
export function parseRunHeader(value: unknown, place: ErrorPlace): RunHeader {
  const fields = new JsonFields(value, { ...RUN_LINE, place });
  if (fields.value("kind") !== "run") {
    throw fields.invalid("kind", 'a run file starts with a line of kind "run"');
  }
  const schema = fields.value("schema");
  if (schema !== RUN_SCHEMA) {
    throw fields.invalid(
      "schema",
      `the run has schema ${JSON.stringify(schema)}, this version reads schema ${RUN_SCHEMA}: ` +
        "read it with the version of lager-judge that wrote it, or a newer one",
    );
  }
  const labels = fields.strings("labels");
  const values = fields.numbers("values");
  if (labels.length < 2 || labels.length !== values.length) {
    throw fields.invalid("values", "a run has at least two labels, and one value for each");
  }
  const options = fields.object("options");
  if (options.has("labelTokens")) checkLabelTokens(options, labels.length);
  const llama = fields.object("llama");
  return {
    kind: "run",
    schema: RUN_SCHEMA,
    lager: fields.string("lager"),
    judge: parseJudgeFacts(fields),
    llama: {
      release: llama.string("release"),
      backend: llama.string("backend"),
      devices: llama.strings("devices"),
    },
    task: fields.object("task").all,
    options: options.all,
    labels,
    values,
  };
}

/**
 * Each label's tokens after the prompt, shape [labels][tokens], where labels have several: what
 * the nodes of a run's scores are read by. `null` where every label is one token.
 */
export function runLabelTokens(header: RunHeader): readonly (readonly number[])[] | null {
  const { labelTokens } = header.options;
  return Array.isArray(labelTokens) && labelTokens.every(isTokenList) ? labelTokens : null;
}

/**
 * A score or failure from the JSON value of a line after the first. Scores and logits come back
 * as the float32 values that were written.
 *
 * @throws LagerError `INVALID_RUN` that names the field.
 */
export function parseRunItem(
  value: unknown,
  header: RunHeader,
  place: ErrorPlace,
): RunScore | RunFailure {
  const fields = new JsonFields(value, { ...RUN_LINE, place });
  const kind = fields.value("kind");
  if (kind === "score") return parseScore(fields, header);
  if (kind === "failure") return parseFailure(fields);
  throw fields.invalid("kind", `${JSON.stringify(kind)} is not "score" or "failure"`);
}

function parseScore(fields: JsonFields, header: RunHeader): RunScore {
  const labelCount = header.labels.length;
  const logits = fields.object("logits");
  const rowCount = header.judge.layers + 1;
  return {
    kind: "score",
    id: fields.string("id"),
    criterion: fields.string("criterion"),
    score: fields.float32("score"),
    direct: fields.float32("direct"),
    eScore: fields.float32("eScore"),
    probabilities: float32Row(fields.value("probabilities"), labelCount, () =>
      fields.invalid("probabilities", `${labelCount} numbers are expected, one for each label`),
    ),
    entropy: fields.float32("entropy"),
    standardDeviation: fields.float32("standardDeviation"),
    scoreMass: fields.float32("scoreMass"),
    logits: {
      normed: logitRows(logits, "normed", rowCount, labelCount),
      raw: logitRows(logits, "raw", rowCount, labelCount),
    },
    ...parseNodes(fields, header),
    promptTokens: fields.integer("promptTokens", 0),
    reusedTokens: fields.integer("reusedTokens", 0),
    ...(fields.has("branchTokens") && { branchTokens: fields.integer("branchTokens", 0) }),
    ...(fields.has("human") && { human: fields.number("human") }),
    ...(fields.has("responseLength") && { responseLength: fields.integer("responseLength", 0) }),
    ...(fields.has("systemId") && { systemId: fields.string("systemId") }),
    ...(fields.has("group") && { group: fields.string("group") }),
    ...(fields.has("hiddenRow") && { hiddenRow: fields.integer("hiddenRow", 0) }),
    ...(fields.has("tokens") && {
      tokens: fields.array("tokens", isTokenId, TOKEN_IDS),
    }),
    ...(fields.has("prompt") && { prompt: fields.string("prompt") }),
    ...(fields.has("generated") && { generated: fields.string("generated") }),
    ...(fields.has("generatedTokens") && { generatedTokens: fields.integer("generatedTokens", 0) }),
  };
}

/**
 * The nodes of labels of several tokens. They must be those that the header's labels make, all of
 * them and in their order: then they can be read by the header alone.
 */
function parseNodes(fields: JsonFields, header: RunHeader): { nodes?: LabelNodeLogits[] } {
  const paths = runLabelTokens(header);
  if (paths === null) {
    if (!fields.has("nodes")) return {};
    throw fields.invalid("nodes", "the header has no options.labelTokens, by which they are read");
  }
  const expected = labelTrie(paths).nodes;
  const nodes = fields.objects("nodes");
  if (nodes.length !== expected.length) {
    throw fields.invalid("nodes", `the header's labels part at ${expected.length} places`);
  }
  return {
    nodes: nodes.flatMap((node, i) => {
      const shape = expected[i];
      return shape === undefined ? [] : [parseNode(node, shape, header.judge.layers + 1)];
    }),
  };
}

function parseNode(fields: JsonFields, expected: LabelNode, rowCount: number): LabelNodeLogits {
  const tokens = (name: "prefix" | "outcomes"): number[] => {
    const found = fields.array(name, isTokenId, TOKEN_IDS);
    if (found.join() === expected[name].join()) return found;
    throw fields.invalid(name, `by the header's labels it is [${expected[name].join()}]`);
  };
  const outcomes = tokens("outcomes");
  return {
    prefix: tokens("prefix"),
    outcomes,
    normed: logitRows(fields, "normed", rowCount, outcomes.length),
    raw: logitRows(fields, "raw", rowCount, outcomes.length),
  };
}

function checkLabelTokens(options: JsonFields, labelCount: number): void {
  const paths = options.array("labelTokens", isTokenList, "a list of lists of token ids");
  if (paths.length !== labelCount) {
    throw options.invalid("labelTokens", `${labelCount} lists are expected, one for each label`);
  }
  try {
    labelTrie(paths);
  } catch (error) {
    throw options.invalid("labelTokens", errorMessage(error));
  }
}

function parseFailure(fields: JsonFields): RunFailure {
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
    ...(fields.has("generated") && { generated: fields.string("generated") }),
  };
}

function logitRows(
  logits: JsonFields,
  name: string,
  rowCount: number,
  labelCount: number,
): (readonly number[] | null)[] {
  const rows = logits.value(name);
  if (!Array.isArray(rows) || rows.length !== rowCount) {
    throw logits.invalid(name, `${rowCount} rows are expected: the token embedding and each layer`);
  }
  return rows.map((row: unknown, layer) =>
    row === null
      ? null
      : float32Row(row, labelCount, () =>
          logits.invalid(name, `row ${layer} is neither null nor ${labelCount} numbers`),
        ),
  );
}

function float32Row(row: unknown, length: number, error: () => LagerError): number[] {
  if (!Array.isArray(row) || row.length !== length || !row.every(isFiniteNumber)) throw error();
  return row.map(Math.fround);
}

const TOKEN_IDS = "a list of token ids";

function isTokenId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isTokenId);
}
