import { type ErrorPlace, errorMessage, isErrorCode, type LagerError } from "../base/errors.ts";
import { isFiniteNumber } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import { type LabelNode, type LabelTree, labelTree } from "../input/tokens/label-tree.ts";
import type { NodeLogits } from "../scoring/distribution/node-logits.ts";
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
        "score the data again, or read the run with the version of lager-judge that wrote it",
    );
  }
  const labels = fields.strings("labels");
  const values = fields.numbers("values");
  if (labels.length < 2 || labels.length !== values.length) {
    throw fields.invalid("values", "a run has at least two labels, and one value for each");
  }
  const options = fields.object("options");
  checkLabelTokens(options, labels.length);
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

/** The tree of the run's labels, by which the nodes of its scores are read. */
export function runLabelTree({ options }: RunHeader): LabelTree {
  const { labelTokens, scoreTokens } = options;
  if (Array.isArray(labelTokens) && labelTokens.every(isTokenList)) return labelTree(labelTokens);
  return labelTree(isTokenList(scoreTokens) ? scoreTokens.map((token) => [token]) : []);
}

/**
 * Reads the JSON values of the lines after the first: scores and failures. Scores and logits come
 * back as the float32 values that were written. What it gives throws `INVALID_RUN` that names the
 * field.
 */
export function runItemParser(
  header: RunHeader,
): (value: unknown, place: ErrorPlace) => RunScore | RunFailure {
  const { nodes } = runLabelTree(header);
  return (value, place) => {
    const fields = new JsonFields(value, { ...RUN_LINE, place });
    const kind = fields.value("kind");
    if (kind === "score") return parseScore(fields, header, nodes);
    if (kind === "failure") return parseFailure(fields);
    throw fields.invalid("kind", `${JSON.stringify(kind)} is not "score" or "failure"`);
  };
}

function parseScore(fields: JsonFields, header: RunHeader, tree: readonly LabelNode[]): RunScore {
  const labelCount = header.labels.length;
  return {
    kind: "score",
    id: fields.string("id"),
    criterion: fields.string("criterion"),
    score: fields.float32("score"),
    vanilla: fields.float32("vanilla"),
    eScore: fields.float32("eScore"),
    probabilities: float32Row(fields.value("probabilities"), labelCount, () =>
      fields.invalid("probabilities", `${labelCount} numbers are expected, one for each label`),
    ),
    entropy: fields.float32("entropy"),
    standardDeviation: fields.float32("standardDeviation"),
    scoreMass: fields.float32("scoreMass"),
    nodes: parseNodes(fields, tree, header.judge.layers + 1),
    promptTokens: fields.integer("promptTokens", 0),
    reusedTokens: fields.integer("reusedTokens", 0),
    branchTokens: tree.length > 1 ? fields.integer("branchTokens", 0) : 0,
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

/** `logits` of the only node, or `nodes`, which must be those of the header's labels, in their order. */
function parseNodes(
  fields: JsonFields,
  tree: readonly LabelNode[],
  rowCount: number,
): readonly NodeLogits[] {
  const [only] = tree;
  if (only !== undefined && tree.length === 1) {
    return [parseLogits(fields.object("logits"), only, rowCount)];
  }
  const nodes = fields.objects("nodes");
  if (nodes.length !== tree.length) {
    throw fields.invalid("nodes", `the header's labels part at ${tree.length} places`);
  }
  return tree.flatMap((node, i) => {
    const found = nodes[i];
    if (found === undefined) return [];
    for (const name of ["outcomes", "prefix"] as const) {
      if (found.array(name, isTokenId, TOKEN_IDS).join() === node[name].join()) continue;
      throw found.invalid(name, `by the header's labels it is [${node[name].join()}]`);
    }
    return [parseLogits(found, node, rowCount)];
  });
}

function parseLogits(fields: JsonFields, node: LabelNode, rowCount: number): NodeLogits {
  const columns = node.outcomes.length;
  return {
    ...node,
    normed: logitRows(fields, "normed", rowCount, columns),
    raw: logitRows(fields, "raw", rowCount, columns),
  };
}

/** One token a label in `scoreTokens`, or each label's tokens in `labelTokens`. */
function checkLabelTokens(options: JsonFields, labelCount: number): void {
  const name = options.has("labelTokens") ? "labelTokens" : "scoreTokens";
  const paths =
    name === "labelTokens"
      ? options.array(name, isTokenList, "a list of lists of token ids")
      : options.array(name, isTokenId, TOKEN_IDS).map((token) => [token]);
  if (paths.length !== labelCount) {
    throw options.invalid(name, `${labelCount} are expected, one for each label`);
  }
  try {
    labelTree(paths);
  } catch (error) {
    throw options.invalid(name, errorMessage(error));
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

/** Row-major, shape [rowCount, columns]; `null` is a row of NaN. */
function logitRows(
  logits: JsonFields,
  name: string,
  rowCount: number,
  columns: number,
): Float32Array {
  const rows = logits.value(name);
  if (!Array.isArray(rows) || rows.length !== rowCount) {
    throw logits.invalid(name, `${rowCount} rows are expected: the token embedding and each layer`);
  }
  const target = new Float32Array(rowCount * columns).fill(Number.NaN);
  for (const [layer, row] of rows.entries()) {
    if (row === null) continue;
    if (!Array.isArray(row) || row.length !== columns || !row.every(isFiniteNumber)) {
      throw logits.invalid(name, `row ${layer} is neither null nor ${columns} numbers`);
    }
    target.set(row, layer * columns);
  }
  return target;
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
