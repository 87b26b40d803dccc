import { describe, expect, it } from "vitest";
import {
  type InspectOptions,
  inspectFailure,
  inspectItem,
} from "../../../src/present/terminal/inspect-item.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";
import type { RunHeader } from "../../../src/run/run-format.ts";
import { itemDistributions } from "../../../src/scoring/score/item-distributions.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";
import { flatNodes } from "../../support/node-logits.ts";

/** The item as it is drawn, with its own distributions. */
function shown(header: RunHeader, score: Score, options?: InspectOptions): string {
  return textOf(drawn(header, score, options));
}

function drawn(header: RunHeader, score: Score, options?: InspectOptions) {
  const scale = { values: header.values, layerCount: header.judge.layers };
  return inspectItem(header, score, itemDistributions(score, scale), options);
}

function textOf(pieces: ReturnType<typeof drawn>): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}

describe("inspectItem", () => {
  it("draws every layer, the last on top", () => {
    const text = shown(HEADER, exampleScore());
    expect(text).toMatch(/^item a1 · clarity\ntiny · 2 layers\n/);
    const order = ["layer", "2", "1", "embed", "score", "vanilla", "e-score", "lager"];
    const lines = text.split("\n").map((line) => line.trim());
    const at = order.map((start) => lines.findIndex((line) => line.startsWith(start)));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at).not.toContain(-1);
  });

  it("shows what the judge wrote, made harmless", () => {
    const generated = "feedback: \u001b[31mbad\nscore: 2";
    const text = shown(HEADER, exampleScore({ generated, generatedTokens: 9 }));
    expect(text).toMatch(/\n\nthe judge wrote:\nfeedback: \\x1b\[31mbad\nscore: 2\n$/);
    expect(shown(HEADER, exampleScore())).not.toContain("the judge wrote");
  });

  it("shows why an item has no score, and what the judge wrote instead", () => {
    const failure = { ...FAILURE, id: "a\u001b[2J", criterion: "tone", generated: "Well,\nno." };
    expect(inspectFailure(failure)).toBe(
      `item a\\x1b[2J · tone\n${FAILURE.code}: ${FAILURE.message}\n\nthe judge wrote:\nWell,\nno.\n`,
    );
    expect(inspectFailure({ ...FAILURE, criterion: null })).toContain(" · all criteria\n");
  });

  it("shows the softmax of the normed logits and its expectation", () => {
    const nodes = flatNodes([null, [0, 0, 0], [-100, -100, 100]], [null, [0, 0, 0], [100, 0, 0]]);
    const text = shown(HEADER, exampleScore({ nodes }));
    // Certain of label 3: two empty cells, a full one, at the right end of the scale.
    expect(text).toMatch(/^ +2 +█+ +3\.00 +·+●$/m);
    // A third each: one shade of four.
    expect(text).toMatch(/^ +1 +░+ +2\.00 +·+●·+$/m);
  });

  it("says which rows were not captured", () => {
    expect(shown(HEADER, exampleScore())).toMatch(/embed +not captured/);
  });

  it("marks the layers that the score is made of", () => {
    const text = shown(HEADER, exampleScore(), { layers: [2] });
    expect(text).toMatch(/^ +•2 /m);
    expect(text).not.toMatch(/•1 /);
    expect(text).toContain("• layers that the score is made of");
    expect(shown(HEADER, exampleScore())).not.toContain("•");
  });

  it("gives the figures", () => {
    const text = shown(HEADER, exampleScore({ human: 2.5 }));
    expect(text).toMatch(/^vanilla +3$/m);
    expect(text).toMatch(/^e-score +2\.4000$/m);
    expect(text).toMatch(/^score +2\.3000 +\(all, normed; sd 0\.700, entropy 0\.970 nats/m);
    expect(text).toMatch(/^human +2\.5$/m);
    expect(text).toContain("1 12.5 % · 2 37.5 % · 3 50.0 %");
    expect(text).toContain("70 prompt tokens, 48 of them reused");
  });

  it("uses colour only when asked to, and draws the same lines with it", () => {
    const plain = drawn(HEADER, exampleScore());
    expect(plain.filter((piece) => typeof piece !== "string")).toEqual([]);
    const colored = drawn(HEADER, exampleScore(), { color: true });
    const styles = colored.flatMap((piece) => (typeof piece === "string" ? [] : [piece.style]));
    expect(styles[0]).toBe("bold");
    expect(styles.at(-1)).toHaveProperty("background");
    expect(textOf(colored).split("\n").map(displayWidth)).toEqual(
      textOf(plain).split("\n").map(displayWidth),
    );
  });

  it.each([30, 40, 60, 80, 200])("keeps within %d columns", (columns) => {
    const text = shown(HEADER, exampleScore({ id: "x".repeat(300), human: 2 }), { columns });
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it("lets no record text reach the terminal as a control sequence", () => {
    expect(shown(HEADER, exampleScore({ id: "\u001b[2J" }))).not.toContain("\u001b");
  });
});
