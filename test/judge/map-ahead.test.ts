import { describe, expect, it } from "vitest";
import { mapAhead } from "../../src/judge/map-ahead.ts";
import { collect } from "../support/collect.ts";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("mapAhead", () => {
  it("yields in the order of the source, whatever finishes first", async () => {
    const result = mapAhead([3, 1, 2], 3, async (n) => {
      await later(n * 5);
      return n * 10;
    });
    expect(await collect(result)).toEqual([30, 10, 20]);
  });

  it("holds no more elements than its depth", async () => {
    let taken = 0;
    let used = 0;
    let most = 0;
    function* source() {
      for (let i = 0; i < 20; i++) {
        taken++;
        most = Math.max(most, taken - used);
        yield i;
      }
    }
    for await (const _ of mapAhead(source(), 4, async (n) => n)) {
      await later(1);
      used++;
    }
    expect(used).toBe(20);
    // The one that the consumer holds counts as well.
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThanOrEqual(4);
  });

  it("a failure reaches the consumer after the results before it", async () => {
    const seen: number[] = [];
    let stopped = 0;
    const run = async () => {
      const source = mapAhead(
        [1, 2, 3],
        2,
        async (n) => {
          if (n === 2) throw new Error("two");
          return n;
        },
        () => stopped++,
      );
      for await (const n of source) seen.push(n);
    };
    await expect(run()).rejects.toThrow("two");
    expect(seen).toEqual([1]);
    expect(stopped).toBe(1);
  });

  it("a source may wait for the results of what it gave before", async () => {
    const results: number[] = [];
    async function* source() {
      for (let i = 0; i < 5; i++) {
        while (results.length < i) await later(1);
        yield i;
      }
    }
    for await (const n of mapAhead(source(), 4, async (n) => n * 10)) results.push(n);
    expect(results).toEqual([0, 10, 20, 30, 40]);
  });

  it("works ahead while the consumer is busy", async () => {
    const started: number[] = [];
    const numbers = mapAhead([1, 2, 3, 4, 5], 3, async (n) => {
      started.push(n);
      return n;
    });
    expect(await numbers.next()).toEqual({ done: false, value: 1 });
    await later(5);
    expect(started).toEqual([1, 2, 3, 4]);
    await numbers.return(undefined);
  });

  it("a source that fails does so after the results of what it gave", async () => {
    const seen: number[] = [];
    async function* source() {
      yield 1;
      yield 2;
      throw new Error("no more");
    }
    const run = async () => {
      const slow = async (n: number) => {
        await later(5);
        return n;
      };
      for await (const n of mapAhead(source(), 4, slow)) seen.push(n);
    };
    await expect(run()).rejects.toThrow("no more");
    expect(seen).toEqual([1, 2]);
  });

  it("breaking off closes the source and stops what is under way", async () => {
    let closed = false;
    let stopped = false;
    async function* source() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        closed = true;
      }
    }
    const started: number[] = [];
    const numbers = mapAhead(
      source(),
      3,
      async (n) => {
        started.push(n);
        return n;
      },
      () => {
        stopped = true;
      },
    );
    for await (const n of numbers) if (n === 1) break;
    expect(closed).toBe(true);
    expect(stopped).toBe(true);
    expect(Math.max(...started)).toBeLessThanOrEqual(4);
  });
});
