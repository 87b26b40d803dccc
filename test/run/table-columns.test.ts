import { describe, expect, it } from "vitest";
import type { RunTable } from "../../src/run/run-table.ts";
import { RunTableBuilder } from "../../src/run/run-table-builder.ts";
import {
  blockBytes,
  type TABLE_BLOCKS,
  tableFromBlocks,
  tableHead,
} from "../../src/run/table-columns.ts";
import { checklistTable } from "../fixtures/made-up-checklist.ts";
import { MADE_UP_HEADER, madeUpTable } from "../fixtures/made-up-run.ts";

/** What arrives where the table is sent to: JSON, and the bytes of each block in one buffer. */
function sent(table: RunTable) {
  const head = JSON.parse(JSON.stringify(tableHead(table)));
  const bytes = (block: (typeof TABLE_BLOCKS)[number]): ArrayBuffer =>
    Uint8Array.from(Buffer.concat(blockBytes(table, block))).buffer;
  return { head, lines: bytes("lines"), normed: bytes("normed"), raw: bytes("raw") };
}

describe("a table of a run", () => {
  it("comes back from its head and its blocks as it was", () => {
    const table = madeUpTable(7);
    const { head, ...blocks } = sent(table);
    expect(tableFromBlocks(head, blocks)).toEqual(table);
  });

  it("comes back where labels part at several places", () => {
    const header = { ...MADE_UP_HEADER, labelTokens: [[1], [2, 3], [2, 4]] };
    const builder = new RunTableBuilder(["run.jsonl"], header);
    const empty = builder.finish();
    const logits = (start: number) =>
      Float32Array.from({ length: 4 * 2 }, (_, i) => (i === 3 ? Number.NaN : start + i));
    const table: RunTable = {
      ...madeUpTable(1),
      header,
      nodes: empty.nodes.map((node, i) => ({
        ...node,
        normed: Float32Array.of(...logits(10 * i), ...logits(5)),
        raw: Float32Array.of(...logits(100 * i), ...logits(7)),
      })),
    };
    expect(table.nodes).toHaveLength(2);
    const { head, ...blocks } = sent(table);
    expect(tableFromBlocks(head, blocks)).toEqual(table);
  });

  it("comes back with the questions of a checklist and their shares", () => {
    const table = checklistTable(3);
    const { head, ...blocks } = sent(table);
    expect(head.questions).toBe(3);
    expect(tableFromBlocks(head, blocks)).toEqual(table);
  });

  it("comes back without a line, and without logits that were not sent", () => {
    const empty = new RunTableBuilder(["run.jsonl"], MADE_UP_HEADER).finish();
    const { head, ...blocks } = sent(empty);
    expect(tableFromBlocks(head, blocks)).toEqual(empty);
    const table = madeUpTable(2);
    const { lines, normed } = sent(table);
    const found = tableFromBlocks(tableHead(table), { lines, normed });
    expect(found.nodes[0]?.normed).toEqual(table.nodes[0]?.normed);
    expect(found.nodes[0]?.raw).toHaveLength(0);
  });

  it("shares its memory with what is sent", () => {
    const table = madeUpTable(2);
    const [human] = blockBytes(table, "lines");
    expect(human?.buffer).toBe(table.human.buffer);
  });
});
