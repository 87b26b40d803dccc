import { MessageChannel, type MessagePort } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { evaluateTable } from "../../src/analysis/eval/evaluate-run.ts";
import type { FromWorker, ShowRequest } from "../../src/browser/messages.ts";
import { Answerer, answerAt, askThere, type Wire } from "../../src/browser/questions.ts";
import { Work } from "../../src/browser/work.ts";
import type { RunTable } from "../../src/run/run-table.ts";
import { blockBytes, type TableBlock, tableHead } from "../../src/run/table-columns.ts";
import { checklistTable } from "../fixtures/made-up-checklist.ts";
import { madeUpTable, noisyLayers } from "../fixtures/made-up-run.ts";

const LAYERS = noisyLayers();

/** The page's workers with runs in them, as they come from the server. */
async function working(tables: readonly RunTable[], helpers = 0) {
  const answers: FromWorker[] = [];
  const work = new Work((message) => answers.push(message));
  const ports = Array.from({ length: helpers }, () => {
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    answerAt(wireOf(port2), new Answerer());
    return port1;
  });
  for (const port of ports) work.add(askThere(wireOf(port)));
  const bytes = (table: RunTable, block: TableBlock): ArrayBuffer =>
    Uint8Array.from(Buffer.concat(blockBytes(table, block))).buffer;
  for (const [run, table] of tables.entries()) {
    const head = JSON.parse(JSON.stringify(tableHead(table)));
    const [lines, normed] = [bytes(table, "lines"), bytes(table, "normed")];
    await work.take({ kind: "load", run, head, lines, normed });
    await work.take({ kind: "raw", run, raw: bytes(table, "raw") });
  }
  const of = <Kind extends FromWorker["kind"]>(kind: Kind) =>
    answers.findLast((each) => each.kind === kind) as Extract<FromWorker, { kind: Kind }>;
  return { work, of };
}

function wireOf(port: MessagePort): Wire {
  return {
    send: (message, transfer) => port.postMessage(message, [...transfer]),
    listen: (take) => port.on("message", (data) => take(data as never)),
  };
}

const REQUEST: ShowRequest = {
  kind: "show",
  id: 1,
  run: 0,
  layers: { spec: "all", projection: "normed" },
  other: null,
  systems: null,
  sort: { column: "score", descending: true },
  filter: { criterion: null, search: "" },
};

async function show(tables: RunTable[], request: Partial<ShowRequest>, helpers = 0) {
  const { work, of } = await working(tables, helpers);
  await work.take({ ...REQUEST, ...request });
  return {
    ...{ shown: of("shown"), compared: of("compared") },
    ...{ counted: of("counted"), differed: of("differed") },
  };
}

describe("the page's worker", () => {
  it.each([
    ["all", "normed"],
    ["contrast:0.35", "normed"],
    ["2-3", "raw"],
    ["weights:1=0.2,3=-0.4,4=1", "normed"],
  ] as const)(
    "has the figures of an evaluation with --layers %s (%s)",
    async (spec, projection) => {
      const table = madeUpTable(30, { layers: LAYERS });
      const { shown, compared, counted } = await show([table], { layers: { spec, projection } });
      const result = await evaluateTable(table, { layers: spec, projection, resamples: 1 });
      expect(Array.from(shown.columns.score ?? [])).toEqual(result.items.scores.chosen);
      expect(Array.from(shown.columns["e-score"] ?? [])).toEqual(result.items.scores["e-score"]);
      const chosen = (methods: typeof result.methods) =>
        methods.find(({ method }) => method === "chosen")?.spearman.value;
      const { mean, pooled, criteria } = compared.agreement;
      expect(mean.spearman).toBe(chosen(result.methods));
      expect(pooled.spearman).toBe(chosen(result.pooled.methods));
      expect(criteria.map(({ spearman }) => spearman)).toEqual(
        Object.values(result.criteria).map(({ methods }) => chosen(methods)),
      );
      const [clarity] = result.distributions;
      expect(counted.histograms[0]?.series[1]?.counts).toEqual(
        clarity?.series.find(({ name }) => name === "chosen")?.counts,
      );
    },
  );

  it.each([1, 3])("has the same figures with the help of %i more", async (helpers) => {
    for (const table of [madeUpTable(7, { layers: LAYERS }), checklistTable(5)]) {
      const alone = await show([table], {});
      const together = await show([table], {}, helpers);
      expect(together.shown.columns).toEqual(alone.shown.columns);
      expect(together.shown.order).toEqual(alone.shown.order);
      const { took: _, ...compared } = together.compared;
      expect(alone.compared).toMatchObject(compared);
      expect(together.counted).toEqual(alone.counted);
    }
  });

  it("has the scores of a checklist's run", async () => {
    const table = checklistTable(5);
    const { shown } = await show([table], {}, 1);
    const result = await evaluateTable(table, { resamples: 1 });
    expect(Array.from(shown.columns.lager ?? [])).toEqual(result.items.scores.lager);
  });

  it("refuses what are no layers of the judge", async () => {
    const { work } = await working([madeUpTable(2)], 1);
    const layers = { spec: "9", projection: "normed" } as const;
    await expect(work.take({ ...REQUEST, layers })).rejects.toThrow("layer 9");
  });

  it("puts the lines in order, filtered", async () => {
    const table = madeUpTable(6, { layers: LAYERS });
    const filter = { criterion: 1, search: "" };
    const { shown } = await show([table], { filter });
    const scores = Array.from(shown.order, (line) => shown.columns.score?.[line] ?? Number.NaN);
    expect(scores).toHaveLength(6);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it("finds lines by their texts once these have come", async () => {
    const { work, of } = await working([madeUpTable(3, { layers: LAYERS })]);
    const filter = { criterion: null, search: "HELLO" };
    await work.take({ ...REQUEST, filter });
    expect(of("shown").order).toHaveLength(0);
    const own = { instruction: "Say it", response: "Hello!", reference: "", context: "" };
    const texts = { texts: [null, own, null], states: "--ss--", missing: null };
    const bytes = new TextEncoder().encode(JSON.stringify(texts)).buffer;
    await work.take({ kind: "texts", run: 0, texts: bytes });
    expect(of("searchable").run).toBe(0);
    await work.take({ ...REQUEST, filter });
    expect(Array.from(of("shown").order).sort()).toEqual([2, 3]);
  });

  it("puts what has moved most between two runs first", async () => {
    const one = madeUpTable(5, { layers: LAYERS });
    const other = madeUpTable(4, { layers: LAYERS, seed: 2 });
    const { shown, differed } = await show([one, other], {
      other: { run: 1, layers: { spec: "all", projection: "normed" } },
      sort: { column: "movers", descending: true },
    });
    const moved = Array.from(shown.order, (line) => shown.columns.difference?.[line] ?? Number.NaN);
    const paired = moved.slice(0, 8).map(Math.abs);
    expect(paired).toEqual([...paired].sort((a, b) => b - a));
    expect(moved.slice(8)).toEqual([Number.NaN, Number.NaN]);
    const { scores } = (await evaluateTable(other, { resamples: 1 })).items;
    expect(Array.from(shown.columns.other ?? []).slice(0, 8)).toEqual(scores.lager);
    expect(differed.differences.map(({ n }) => n)).toEqual([4, 4, 4]);
    const [, first] = differed.differences;
    const own = moved.filter((_, i) => one.criterionOf[shown.order[i] ?? 0] === 0);
    const sum = own.filter(Number.isFinite).reduce((total, value) => total + value, 0);
    expect(first?.value).toBeCloseTo(sum / 4, 6);
  });

  it("follows human scores that are given", async () => {
    const table = madeUpTable(6, { layers: LAYERS });
    const { work, of } = await working([table], 1);
    await work.take(REQUEST);
    const [before, columns] = [of("compared").agreement, of("shown").columns];
    await work.take({ kind: "human", run: 0, lines: [0, 3], human: [1, Number.NaN] });
    await work.take({ ...REQUEST, id: 2 });
    const changed = madeUpTable(6, { layers: LAYERS });
    changed.human[0] = 1;
    changed.human[3] = Number.NaN;
    const { shown, compared } = await show([changed], {});
    expect(Object.keys(of("shown").columns)).toEqual(["error"]);
    expect({ ...columns, ...of("shown").columns }).toEqual(shown.columns);
    expect(of("compared").agreement).toEqual(compared.agreement);
    expect(of("compared").baseline).toEqual(compared.baseline);
    expect(compared.agreement).not.toEqual(before);
  });

  it("compares again only what has changed", async () => {
    const { work, of } = await working([madeUpTable(6, { layers: LAYERS })]);
    const all = async (id: number, request: Partial<ShowRequest>) => {
      await work.take({ ...REQUEST, id, ...request });
      return { shown: of("shown").id, compared: of("compared").id };
    };
    expect(await all(1, {})).toEqual({ shown: 1, compared: 1 });
    const sort = { column: "human", descending: false };
    expect(await all(2, { sort })).toEqual({ shown: 2, compared: 1 });
    const layers = { spec: "2", projection: "normed" } as const;
    expect(await all(3, { layers })).toEqual({ shown: 3, compared: 3 });
    await work.take({ kind: "human", run: 0, lines: [0], human: [1] });
    expect(await all(4, { layers })).toEqual({ shown: 4, compared: 4 });
  });

  it("sends of a run that it has shown only what has changed", async () => {
    const tables = [1, 2].map((seed) => madeUpTable(6, { layers: LAYERS, seed }));
    const { work, of } = await working(tables);
    const sent = async (id: number, request: Partial<ShowRequest>): Promise<string[]> => {
      await work.take({ ...REQUEST, id, ...request });
      return Object.keys(of("shown").columns);
    };
    const all = ["score", "error", "e-score", "lager"];
    expect(await sent(1, {})).toEqual(all);
    expect(await sent(2, { sort: { column: "human", descending: false } })).toEqual([]);
    const layers = { spec: "2", projection: "normed" } as const;
    expect(await sent(3, { layers })).toEqual(["score", "error"]);
    expect(await sent(4, { run: 1, layers })).toEqual(all);
    expect(await sent(5, { layers })).toEqual(all);
  });

  it("ranks all systems, but not for layers that are not in hand any more", async () => {
    const { work, of } = await working([madeUpTable(12, { layers: LAYERS })]);
    const layers = { spec: "2", projection: "normed" } as const;
    await work.take({ ...REQUEST, layers });
    await work.take({ kind: "rank", run: 0, layers });
    expect(of("ranked")).toMatchObject({ run: 0, layers });
    const means = of("ranked").ranking.standings.map(({ mean }) => mean.value ?? 0);
    expect(means.length).toBeGreaterThan(2);
    expect(means).toEqual([...means].sort((a, b) => b - a));
    const other = { spec: "3", projection: "normed" } as const;
    const ranked = work.take({ kind: "rank", run: 0, layers: other });
    await work.take({ ...REQUEST, id: 2, layers: { spec: "2-3", projection: "normed" } });
    await ranked;
    expect(of("ranked").layers).toEqual(layers);
  });

  it("does not let figures stand that were computed before a human score came", async () => {
    const { work, of } = await working([madeUpTable(6, { layers: LAYERS })]);
    const shown = work.take(REQUEST);
    await work.take({ kind: "human", run: 0, lines: [0], human: [1] });
    await shown;
    await work.take({ ...REQUEST, id: 2 });
    expect(of("compared").id).toBe(2);
  });

  it("shows a line layer by layer, and what was not captured as missing", async () => {
    const table = madeUpTable(2);
    const { work, of } = await working([table], 2);
    const layers = { spec: "2-3", projection: "normed" } as const;
    await work.take({ kind: "line", run: 0, line: 1, layers });
    const { found } = of("line");
    expect(found.layers.map((layer) => layer === null)).toEqual([true, false, false, false]);
    expect(found.aggregated?.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    await work.take({ kind: "line", run: 0, line: 1, layers: { ...layers, spec: "0" } });
    expect(of("line").found.aggregated).toBeNull();
  });

  it("answers the latest of several requests alone with all figures", async () => {
    const { work, of } = await working([madeUpTable(4, { layers: LAYERS })]);
    await Promise.all([1, 2, 3].map((id) => work.take({ ...REQUEST, id })));
    expect(of("shown").id).toBe(3);
    expect(of("compared").id).toBe(3);
  });
});
