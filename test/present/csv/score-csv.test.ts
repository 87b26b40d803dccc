import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { csvHeader, csvRow } from "../../../src/present/csv/score-csv.ts";
import { exampleScore, FAILURE } from "../../fixtures/example-run.ts";

describe("CSV", () => {
  const labels = ["1", "2", 'a "b", c'];

  it("has as many cells in every row as in the header", () => {
    const text = [
      csvHeader(labels),
      csvRow(exampleScore({ human: 2.5, id: 'say "hi",\nthere' }), 3),
      csvRow(FAILURE, 3),
      csvRow({ ...FAILURE, criterion: "clarity" }, 3),
    ].join("\n");
    const [score, record, criterion] = parse(text, { columns: true });
    expect(score).toMatchObject({
      id: 'say "hi",\nthere',
      criterion: "clarity",
      score: "2.3",
      vanilla: "3",
      e_score: "2.4",
      p_1: "0.125",
      'p_a "b", c': "0.5",
      entropy: "0.97",
      standard_deviation: "0.7",
      score_mass: "0.75",
      human: "2.5",
      prompt_tokens: "70",
      reused_tokens: "48",
      failure_code: "",
    });
    expect(record).toMatchObject({
      id: "a2",
      criterion: "",
      score: "",
      p_1: "",
      reused_tokens: "",
      failure_code: "EMPTY_RESPONSE",
      failure_message: "the response is empty",
    });
    expect(criterion).toMatchObject({ criterion: "clarity" });
  });

  it("quotes only what needs it", () => {
    expect(csvRow(FAILURE, 1)).toBe("a2,,,,,,,,,,,,,,EMPTY_RESPONSE,the response is empty");
    expect(csvRow({ ...FAILURE, id: " x" }, 1)).toMatch(/^" x",/);
  });
});
