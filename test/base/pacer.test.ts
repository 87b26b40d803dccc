import { setImmediate } from "node:timers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Pacer } from "../../src/base/pacer.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("Pacer", () => {
  it("gives the event loop back after a long stretch, and not before", async () => {
    let now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    let turns = 0;
    setImmediate(() => turns++);
    const pacer = new Pacer(undefined, "the work");
    await pacer.rest();
    expect(turns).toBe(0);
    now += 25;
    await pacer.rest();
    expect(turns).toBe(1);
    setImmediate(() => turns++);
    // The stretch begins anew.
    await pacer.rest();
    expect(turns).toBe(1);
  });

  it("lets work that was begun at once have turns, with the event loop's in between", async () => {
    let now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const seen: string[] = [];
    const pacer = new Pacer(undefined, "the work", 5);
    const work = async (name: string) => {
      await pacer.turn();
      seen.push(name);
      now += 3;
    };
    setImmediate(() => seen.push("loop"));
    await Promise.all(["a", "b", "c", "d"].map(work));
    expect(seen).toEqual(["a", "b", "loop", "c", "d"]);
  });

  it("notices an abort at once, and names what was being done", async () => {
    const controller = new AbortController();
    const pacer = new Pacer(controller.signal, "the work");
    await pacer.rest();
    controller.abort("stop");
    await expect(pacer.rest()).rejects.toMatchObject({
      code: "ABORTED",
      message: "the work was aborted",
      cause: "stop",
    });
  });
});
