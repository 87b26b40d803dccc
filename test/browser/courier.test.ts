import { expect, it, vi } from "vitest";
import { Courier, type CourierSource, type Wanted } from "../../src/browser/courier.ts";
import type { ToWorker } from "../../src/browser/messages.ts";

const RAW = { spec: "all", projection: "raw" } as const;
const NORMED = { spec: "all", projection: "normed" } as const;
const WANTED: Wanted = {
  run: 0,
  layers: RAW,
  other: null,
  systems: null,
  sort: { column: "run", descending: false },
  filter: { criterion: null, search: "" },
};

/** Ends the waiting for the logits without the final norm. */
interface Fetched {
  resolve(logits: ArrayBuffer | null): void;
  reject(error: Error): void;
}

/** A courier whose source gives the logits without the final norm when the test says so. */
function courier() {
  const sent: ToWorker[] = [];
  const fetched: Fetched[] = [];
  const block = vi.fn<CourierSource["block"]>(
    () => new Promise((resolve, reject) => fetched.push({ resolve, reject })),
  );
  const worker = { postMessage: (message: ToWorker) => void sent.push(message) };
  const own = new Courier(worker, { block, texts: async () => null });
  return { own, sent, fetched, block };
}

const rank = { kind: "rank", run: 0, layers: RAW } as const;
const lineOf = (line: number) => ({ kind: "line", run: 0, line, layers: RAW }) as const;

it("gives the worker the logits before all that is asked of them, and once", async () => {
  const { own, sent, fetched, block } = courier();
  const asked = [own.show(WANTED), own.ask(lineOf(3)), own.ask(rank)];
  await Promise.resolve();
  expect(sent).toEqual([]);
  fetched[0]?.resolve(new ArrayBuffer(4));
  await Promise.all(asked);
  expect(sent.map(({ kind }) => kind)).toEqual(["raw", "show", "line", "rank"]);
  expect(block).toHaveBeenCalledOnce();
});

it("asks for the last of several lines, where the logits were waited for", async () => {
  const { own, sent, fetched } = courier();
  const before = own.ask(lineOf(3));
  await own.ask({ ...lineOf(4), layers: NORMED });
  fetched[0]?.resolve(new ArrayBuffer(4));
  await before;
  expect(sent.map((each) => (each.kind === "line" ? each.line : each.kind))).toEqual([4, "raw"]);
});

it("fetches the logits anew where that failed, and says so where there are none", async () => {
  const { own, sent, fetched } = courier();
  const first = own.ask(rank);
  fetched[0]?.reject(new Error("lager view has ended"));
  await expect(first).rejects.toThrow(/has ended/);
  const second = own.ask(rank);
  fetched[1]?.resolve(null);
  await expect(second).rejects.toThrow(/not in this file/);
  const third = own.ask(rank);
  fetched[2]?.resolve(new ArrayBuffer(4));
  await third;
  expect(sent.map(({ kind }) => kind)).toEqual(["raw", "rank"]);
});
