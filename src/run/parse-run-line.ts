import { type ErrorPlace, isErrorCode, type LagerError } from "../base/errors.ts";
import { isFiniteNumber } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import type { LabelNode } from "../input/tokens/label-tree.ts";
import type { NodeLogits } from "../scoring/distribution/node-logits.ts";
import { runLabelTree } from "./parse-run-header.ts";
import type { RunFailure, RunHeader, RunScore } from "./run-format.ts";

const RUN_LINE = { code: "INVALID_RUN", whole: "a run line" } as const;

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
