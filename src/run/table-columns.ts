import { type LabelNode, labelTree } from "../input/tokens/label-tree.ts";
import { type NodeLogits, questionNodes } from "../scoring/distribution/node-logits.ts";
import type { RunTable } from "./run-table.ts";

/** What of a run's columns is no column. It is plain JSON. */
export interface TableHead extends TableFacts {
  /** Questions of a checklist, of the criterion that has the most; null where none is asked. */
  readonly questions: number | null;
}

type TableFacts = Pick<
  RunTable,
  | "files"
  | "header"
  | "criteria"
  | "records"
  | "lines"
  | "systems"
  | "groupCount"
  | "groupNames"
  | "failures"
  | "promptTokens"
  | "reusedTokens"
>;

/** The blocks of bytes that a table is handed over in: the facts of its lines, and their logits. */
export const TABLE_BLOCKS = ["lines", "normed", "raw"] as const;
export type TableBlock = (typeof TABLE_BLOCKS)[number];

/** Columns of the block `lines`; those of eight bytes a number first, so that all are aligned. */
const WIDE_COLUMNS = ["human", "responseLength"] as const;
const INT_COLUMNS = [
  "recordOf",
  "criterionOf",
  "promptTokensOf",
  "systemOf",
  "groupOf",
  "fileOf",
  "hiddenRowOf",
] as const;

type Column = Float32Array | Float64Array | Int32Array;

/** The table's head. */
export function tableHead(table: RunTable): TableHead {
  const { files, header, criteria, records, lines } = table;
  const { systems, groupCount, groupNames, failures, promptTokens, reusedTokens } = table;
  return {
    ...{ files, header, criteria, records, lines },
    ...{ systems, groupCount, groupNames, failures, promptTokens, reusedTokens },
    questions: questionShares(table)?.length ?? null,
  };
}

/** What each question counts, shape [questions][lines]; null where none is asked. */
function questionShares({ nodes }: Pick<RunTable, "nodes">): Float64Array[] | null {
  const own = questionNodes(nodes).map(([first]) => first?.question?.shares);
  return own.every((shares) => shares !== undefined) ? own : null;
}

/**
 * The bytes of a block, as parts that follow each other, in the byte order of the machine (that of all
 * browsers' machines: little-endian). They are the table's own memory, not copies.
 *
 * `lines` is the columns of float64, the shares of a checklist's questions among them, of int32, then
 * `scoreMass` (float32). `normed` and `raw` are the
 * logits of the label tree's nodes, depth-first, each float32 of shape [lines, layers + 1, outcomes].
 */
export function blockBytes(table: RunTable, block: TableBlock): Uint8Array[] {
  return columnsOf(table, block).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
}

function columnsOf(table: RunTable, block: TableBlock): Column[] {
  if (block !== "lines") return table.nodes.map((node) => node[block]);
  return [
    ...WIDE_COLUMNS.map((name) => table[name]),
    ...(questionShares(table) ?? []),
    ...INT_COLUMNS.map((name) => table[name]),
    table.scoreMass,
  ];
}

/**
 * The table of a head and its blocks, over the memory of these. Logits that were not handed over are
 * missing: no layer of theirs was captured.
 */
export function tableFromBlocks(
  head: TableHead,
  blocks: Readonly<Partial<Record<TableBlock, ArrayBuffer>>> & { readonly lines: ArrayBuffer },
): RunTable {
  const { questions, ...facts } = head;
  const { lines } = head;
  let offset = 0;
  const take = <T extends Column>(
    make: new (buffer: ArrayBuffer, offset: number, length: number) => T,
    bytes: number,
  ): T => {
    const column = new make(blocks.lines, offset, lines);
    offset += bytes * lines;
    return column;
  };
  const wide = named(WIDE_COLUMNS, () => take(Float64Array, 8));
  const shares =
    questions === null ? null : Array.from({ length: questions }, () => take(Float64Array, 8));
  const ints = named(INT_COLUMNS, () => take(Int32Array, 4));
  return {
    ...facts,
    ...wide,
    ...ints,
    scoreMass: take(Float32Array, 4),
    nodes: nodesOf(head, shares, blocks),
  };
}

function nodesOf(
  { header, lines }: TableHead,
  shares: readonly Float64Array[] | null,
  blocks: Readonly<Partial<Record<TableBlock, ArrayBuffer>>>,
): NodeLogits[] {
  const { nodes } = labelTree(header.labelTokens);
  const rows = header.judge.layers + 1;
  let offset = 0;
  const logitsOf = (node: LabelNode): NodeLogits => {
    const length = lines * rows * node.outcomes.length;
    const logits = (block: "normed" | "raw"): Float32Array => {
      const buffer = blocks[block];
      return buffer === undefined ? new Float32Array(0) : new Float32Array(buffer, offset, length);
    };
    const found = { ...node, normed: logits("normed"), raw: logits("raw") };
    offset += 4 * length;
    return found;
  };
  if (shares === null) return nodes.map(logitsOf);
  return shares.flatMap((own, number) =>
    nodes.map((node) => ({ ...logitsOf(node), question: { number, shares: own } })),
  );
}

function named<Name extends string, T>(names: readonly Name[], make: () => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, T>;
}
