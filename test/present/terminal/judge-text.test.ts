import { describe, expect, it } from "vitest";
import { judgeTable, type NamedJudge } from "../../../src/present/terminal/judge-text.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";

const JUDGES: readonly NamedJudge[] = [
  {
    name: "small",
    size: 98_362_432,
    quantization: "Q4_1",
    contextLength: 8192,
    license: "MIT",
    memory: 730e6,
    fits: "yes",
    cached: true,
    description: "small and quick",
  },
  {
    name: "large",
    size: 19_851_336_576,
    quantization: "Q4_K_M",
    contextLength: 32_768,
    license: "Somebody's Terms of Use",
    memory: 21.5e9,
    fits: "no",
    cached: false,
    description: "large, slow, and described in many words that nobody needs on a narrow terminal",
  },
];

describe("the table of named judges", () => {
  it("says of each what it is, takes and needs, and whether it fits and is here", () => {
    const lines = judgeTable(JUDGES, { columns: 200, memory: 16e9 }).split("\n");
    const cells = lines.slice(0, 4).map((line) => line.split(/ {2,}/));
    expect(cells[0]).toEqual([
      ...["name", "size", "weights", "context", "licence", "memory", "fits", "fetched"],
      "what it is",
    ]);
    expect(cells[2]).toEqual([
      ...["small", "98 MB", "Q4_1", "8192", "MIT", "730 MB", "yes", "yes", "small and quick"],
    ]);
    expect(cells[3]?.slice(0, 8)).toEqual([
      ...["large", "19.9 GB", "Q4_K_M", "32768", "Somebody's Terms of Use", "21.5 GB", "no", "no"],
    ]);
    expect(lines.at(-2)).toContain("16.0 GB");
  });

  it("gives way to the terminal in the licence and the description", () => {
    const text = judgeTable(JUDGES, { columns: 100, memory: 16e9 });
    const rows = text.split("\n").slice(0, 4);
    for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(100);
    expect(rows[3]).toMatch(/19\.9 GB.*21\.5 GB +no +no/);
  });
});
