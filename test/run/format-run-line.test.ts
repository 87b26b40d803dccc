import { describe, expect, it } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { exampleNodesScore, exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { flatNodes, nodesOf } from "../support/node-logits.ts";

describe("formatRunLine", () => {
  it("writes a score with short decimals, in the order of the format", () => {
    expect(formatRunLine(exampleScore({ human: 10 / 3, tokens: [5, 7], prompt: 'a"b' }))).toBe(
      '{"kind":"score","id":"a1","criterion":"clarity","score":2.3,"normalized":0.65,"vanilla":3,"eScore":2.4,"lager":2.2,' +
        '"probabilities":[0.125,0.375,0.5],"entropy":0.97,"standardDeviation":0.7,"scoreMass":0.75,' +
        '"logits":{"normed":[null,[0,-1.1,2],[0.1,1,12.345678]],"raw":[[1,2,3],[4,5,6],[7,8,9]]},' +
        '"human":3.3333333333333335,"promptTokens":70,"reusedTokens":48,"tokens":[5,7],' +
        '"prompt":"a\\"b"}',
    );
  });

  it("writes the nodes of labels of several tokens in place of the logits", () => {
    const line = formatRunLine(exampleNodesScore());
    expect(line).toContain(
      '"scoreMass":0.75,"nodes":[{"prefix":[],"outcomes":[1,2],"normed":[null,[0,-1.1],[1,2]],' +
        '"raw":[[1,2],[3,4],[5,6]]},{"prefix":[1],"outcomes":[9,0],' +
        '"normed":[null,[0.1,3],[4,5]],"raw":[[6,5],[4,3],[2,1]]}],"promptTokens":70,',
    );
    expect(line).toContain('"reusedTokens":48,"branchTokens":23}');
  });

  it("names the row of hidden states", () => {
    const line = formatRunLine(exampleScore({ hiddenRow: 17 }));
    expect(line).toMatch(/"reusedTokens":48,"hiddenRow":17}$/);
  });

  it("leaves out what is not there", () => {
    const line = JSON.parse(formatRunLine(exampleScore()));
    expect(Object.keys(line)).not.toContain("human");
    for (const key of ["tokens", "nodes", "branchTokens", "hiddenRow"]) {
      expect(Object.keys(line)).not.toContain(key);
    }
  });

  it("writes headers and failures as they are", () => {
    expect(JSON.parse(formatRunLine(HEADER))).toEqual(HEADER);
    expect(JSON.parse(formatRunLine(FAILURE))).toEqual(FAILURE);
  });

  it.each([
    ["a score", exampleScore({ score: Number.NaN })],
    ["a logit", exampleScore({ nodes: flatNodes([[1, Number.NaN]]) })],
    [
      "a node's logit",
      exampleNodesScore({
        nodes: nodesOf([[4], [5, 6], [5, 7]], { normed: [[1, 2]] }, { normed: [[1, Number.NaN]] }),
      }),
    ],
    ["a human score", exampleScore({ human: Number.POSITIVE_INFINITY })],
    ["a token count", exampleScore({ promptTokens: Number.NaN })],
    ["an option", { ...HEADER, options: { ...HEADER.options, maxTokens: Number.NaN } }],
  ])("refuses NaN or infinity in %s", (_, line) => {
    expect(() => formatRunLine(line)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });

  it("writes the 310 logits of a 30-layer judge in well under a millisecond", () => {
    const rows = Array.from({ length: 31 }, (_, l) =>
      Array.from({ length: 5 }, (_, k) => Math.fround(20 * Math.sin(7 * l + k))),
    );
    const line = exampleScore({ nodes: flatNodes(rows) });
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      formatRunLine(line);
      return performance.now() - start;
    });
    // The median: the machine may be busy with other things.
    expect(times.sort((a, b) => a - b)[100]).toBeLessThan(1);
  });
});
