import { describe, expect, it } from "vitest";
import { Dispatcher } from "../../../src/workflows/serve/dispatcher.ts";
import type { DispatchedOutcome } from "../../../src/workflows/serve/score-job.ts";
import { collect } from "../../support/collect.ts";
import { rejection, thrown } from "../../support/errors.ts";
import { FakeSession, itemsOf, settled } from "./fake-session.ts";

const ONE = { criteria: ["one"] };

/** What was scored, in the order in which it came: item, criterion, and length of the response. */
function names(outcomes: readonly DispatchedOutcome[]): string[] {
  return outcomes.map(({ index, outcome }) =>
    outcome.kind === "score"
      ? `${index} ${outcome.criterion} ${outcome.score}`
      : `${index} ${outcome.criterion} ${outcome.code}`,
  );
}

describe("a request", () => {
  it("gets its outcomes in the order of its items and criteria, whatever is decoded first", async () => {
    const session = new FakeSession();
    const items = itemsOf("a", "bb", "a".repeat(30), "b".repeat(30), "a".repeat(31));
    const outcomes = await collect(new Dispatcher().score({ session, items }));
    expect(names(outcomes)).toEqual(
      [1, 2, 30, 30, 31].flatMap((length, i) => [`${i} one ${length}`, `${i} two ${length}`]),
    );
    expect(outcomes.map(({ outcome }) => outcome.id)).toEqual([
      "1",
      "1",
      "2",
      "2",
      "3",
      "3",
      "4",
      "4",
      "5",
      "5",
    ]);
    // What begins alike is decoded together.
    const long = session.decoded.filter((name) => name.length > 30).map((name) => name[0]);
    expect(long.join("")).toMatch(/^(a{4}b{2}|b{2}a{4})$/);
  });

  it("has failures for broken items, and scores for the others", async () => {
    const session = new FakeSession();
    const items = [{ instruction: "q" }, ...itemsOf("unready", "", "good")];
    expect(names(await collect(new Dispatcher().score({ session, items })))).toEqual([
      "0 null INVALID_FIELD",
      "1 one UNSAFE_PROMPT",
      "1 two UNSAFE_PROMPT",
      "2 null EMPTY_RESPONSE",
      "3 one 4",
      "3 two 4",
    ]);
    const broken = Array.from({ length: 1000 }, () => ({}));
    expect(await collect(new Dispatcher().score({ session, items: broken }))).toHaveLength(1000);
    expect(await collect(new Dispatcher().score({ session, items: [] }))).toEqual([]);
  });

  it("is told how many of its items are done", async () => {
    const told: number[] = [];
    const session = new FakeSession();
    const onProgress = ({ done, total }: { done: number; total: number }) =>
      told.push(done / total);
    await collect(
      new Dispatcher().score({ session, items: itemsOf("a", "b", "c", "d"), onProgress }),
    );
    expect(told).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("names criteria that the task has, and at least one", async () => {
    const session = new FakeSession();
    const ask = (criteria: string[]) => () =>
      new Dispatcher().score({ session, items: [], criteria });
    await thrown(ask(["three"]), "INVALID_ARGUMENT");
    await thrown(ask([]), "INVALID_ARGUMENT");
    const wrong = { session, items: "abc" as unknown as object[] };
    await thrown(() => new Dispatcher().score(wrong as never), "INVALID_ARGUMENT");
  });

  it("that nobody reads on from is made no more than some hundred outcomes ahead", async () => {
    const session = new FakeSession();
    const dispatcher = new Dispatcher();
    const slow = dispatcher.score({ session, items: itemsOf(...Array(2000).fill("s")), ...ONE });
    await slow.next();
    while (session.decoded.length < 256) await settled();
    for (let i = 0; i < 5; i++) await settled();
    expect(session.decoded.length).toBeLessThanOrEqual(257);
    // Nobody else waits for it.
    await collect(dispatcher.score({ session, items: itemsOf("x"), ...ONE }));
    expect(await collect(slow)).toHaveLength(1999);
  });
});

describe("several clients", () => {
  it("take turns: one answer does not wait for a data set", async () => {
    const session = new FakeSession();
    const dispatcher = new Dispatcher();
    const many = collect(
      dispatcher.score({ session, items: itemsOf(...Array(5000).fill("m")), ...ONE }),
    );
    while (session.decoded.length < 100) await settled();
    const before = session.decoded.length;
    await collect(dispatcher.score({ session, items: itemsOf("single"), ...ONE }));
    // What is being decoded and what was prepared already, two rounds at most.
    expect(session.decoded.indexOf("single one") - before).toBeLessThan(3 * 64);
    expect(await many).toHaveLength(5000);
  });

  it("take turns whatever each of them asks for", async () => {
    const session = new FakeSession({ isHeld: true });
    const dispatcher = new Dispatcher();
    const client = {};
    const busy = Array.from({ length: 40 }, (_, i) =>
      collect(dispatcher.score({ session, items: itemsOf(`busy${i}`), ...ONE, client })),
    );
    const other = collect(dispatcher.score({ session, items: itemsOf("other"), ...ONE }));
    for (let i = 0; i < 41; i++) await session.end();
    await Promise.all([...busy, other]);
    expect(session.decoded.indexOf("other one")).toBeLessThan(4);
  });

  it("do not lose anything by one that is cancelled", async () => {
    const session = new FakeSession({ isHeld: true });
    const dispatcher = new Dispatcher();
    const stop = new AbortController();
    const { signal } = stop;
    const cancelled = collect(
      dispatcher.score({ session, items: itemsOf("c1", "c2", "c3"), ...ONE, signal }),
    );
    const kept = collect(dispatcher.score({ session, items: itemsOf("k1", "k2", "k3"), ...ONE }));
    await settled();
    expect(session.running).toHaveLength(2);
    stop.abort(new Error("enough"));
    const error = await rejection(cancelled, "ABORTED");
    expect(error.cause).toMatchObject({ message: "enough" });
    while (dispatcher.load.requests > 0) await session.end();
    expect(names(await kept)).toEqual(["0 one 2", "1 one 2", "2 one 2"]);
    expect(session.decoded.filter((name) => name.startsWith("c")).length).toBeLessThan(3);
    const late = dispatcher.score({ session, items: itemsOf("late"), signal });
    await rejection(collect(late), "ABORTED");
  });

  it("end by leaving the loop, too", async () => {
    const session = new FakeSession();
    const dispatcher = new Dispatcher();
    for await (const _ of dispatcher.score({ session, items: itemsOf("a", "b"), ...ONE })) break;
    await settled();
    expect(dispatcher.load).toMatchObject({ requests: 0, waiting: 0, running: 0 });
  });

  it("are not touched by what ends another's request", async () => {
    const session = new FakeSession();
    const dispatcher = new Dispatcher();
    const ask = (...responses: string[]) =>
      collect(dispatcher.score({ session, items: itemsOf(...responses), ...ONE }));
    const [lost, wrong, good] = [ask("a", "lost"), ask("wrong"), ask("a", "b")];
    await rejection(lost, "ENGINE_LOST");
    await rejection(wrong, "INTERNAL");
    expect(names(await good)).toEqual(["0 one 1", "1 one 1"]);
  });
});

describe("a dispatcher", () => {
  it("takes no more items than may wait, and more as soon as they are begun", async () => {
    const session = new FakeSession({ isHeld: true });
    const dispatcher = new Dispatcher({ mostWaiting: 10 });
    const ask = (count: number) =>
      dispatcher.score({ session, items: itemsOf(...Array(count).fill("x")), ...ONE });
    // A request that is larger than all is taken while nothing waits.
    const large = collect(ask(20));
    const error = await thrown(() => ask(1), "OVERLOADED");
    expect(error.message).toContain("20 items wait");
    const room = dispatcher.untilRoom(1);
    while (!dispatcher.hasRoom(1)) await session.end();
    await room;
    const small = collect(ask(1));
    while (dispatcher.load.requests > 0) await session.end();
    expect([(await large).length, (await small).length]).toEqual([20, 1]);
  });

  it("waits for what runs when it is closed, and ends what takes too long", async () => {
    const session = new FakeSession({ isHeld: true });
    const dispatcher = new Dispatcher();
    const quick = collect(dispatcher.score({ session, items: itemsOf("q"), ...ONE }));
    await settled();
    const closed = dispatcher.close(60_000);
    await thrown(() => dispatcher.score({ session, items: [] }), "DISPOSED");
    await session.end();
    await closed;
    expect(await quick).toHaveLength(1);

    const other = new Dispatcher();
    const slow = collect(other.score({ session, items: itemsOf("s", "t", "u"), ...ONE }));
    await settled();
    const ended = rejection(slow, "ABORTED");
    await other.close(1);
    await ended;
    expect(other.load).toMatchObject({ requests: 0, running: 0 });
  });
});
