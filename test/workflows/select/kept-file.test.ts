import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { formatKept } from "../../../src/workflows/select/kept-file.ts";

describe("the file of kept records", () => {
  const records = [
    { value: { id: "x", output: 'a, "b"\n' }, rank: 1, score: 7.5, aspects: { accuracy: 8 } },
    { value: { id: "y", output: "c" }, rank: 2, score: 7, aspects: { accuracy: 7 } },
  ];
  const lager = { rank: 1, score: 7.5, aspects: { accuracy: 8 } };

  it("has the format of its name, all that was there, and the scores", () => {
    const json = JSON.parse(formatKept("kept.json", records));
    expect(json[0]).toEqual({ id: "x", output: 'a, "b"\n', lager });
    const jsonl = formatKept("kept.jsonl", records).trimEnd().split("\n");
    expect(jsonl.map((line) => JSON.parse(line))).toEqual(json);
    const csv: Record<string, string>[] = parse(formatKept("kept.csv", records), { columns: true });
    expect(csv).toEqual([
      { id: "x", output: 'a, "b"\n', lager_rank: "1", lager_score: "7.5", lager_accuracy: "8" },
      { id: "y", output: "c", lager_rank: "2", lager_score: "7", lager_accuracy: "7" },
    ]);
  });
});
