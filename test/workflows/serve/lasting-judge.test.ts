import { expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { LastingJudge } from "../../../src/workflows/serve/lasting-judge.ts";
import { collect } from "../../support/collect.ts";
import { rejection } from "../../support/errors.ts";

interface FakeSession {
  readonly judge: number;
  readonly key: string;
}

/** A judge that says how often it was loaded and what was opened on it. */
function lasting({ mostSessions = 10, failures = 0 } = {}) {
  const events: string[] = [];
  let loads = 0;
  let left = failures;
  const judge = new LastingJudge<{ number: number; dispose(): Promise<void> }, FakeSession>({
    mostSessions,
    async load() {
      if (left-- > 0) throw new LagerError("UNKNOWN_JUDGE", "it is not there");
      const number = ++loads;
      events.push(`load ${number}`);
      return { number, dispose: async () => void events.push(`free ${number}`) };
    },
  });
  const session = (key: string) =>
    judge.session(key, async ({ number }) => {
      events.push(`open ${key} on ${number}`);
      return { judge: number, key };
    });
  return { judge, events, session };
}

/** What is made with a session until its engine is lost. */
async function* untilLost(): AsyncGenerator<number> {
  yield 1;
  throw new LagerError("ENGINE_LOST", "the engine is lost");
}

it("a judge is loaded by the first session, and each session is opened once", async () => {
  const { judge, events, session } = lasting();
  expect(judge.isToLoad).toBe(true);
  const [a, b] = await Promise.all([session("a"), session("b")]);
  expect(await session("a")).toBe(a);
  expect(b).toEqual({ judge: 1, key: "b" });
  expect(events).toEqual(["load 1", "open a on 1", "open b on 1"]);
});

it("the session that was not used for longest is opened again", async () => {
  const { events, session } = lasting({ mostSessions: 2 });
  for (const key of ["a", "b", "a", "c", "a", "b"]) await session(key);
  expect(events.slice(1).map((event) => event.split(" ")[1])).toEqual(["a", "b", "c", "b"]);
});

it("a judge whose engine is lost is freed and loaded anew for the next session", async () => {
  const { judge, events, session } = lasting();
  const first = await session("a");
  const made: number[] = [];
  const lost = (async () => {
    for await (const each of judge.watched(first, untilLost())) made.push(each);
  })();
  await rejection(lost, "ENGINE_LOST");
  expect({ made, isToLoad: judge.isToLoad }).toEqual({ made: [1], isToLoad: true });
  expect(await session("a")).toEqual({ judge: 2, key: "a" });
  expect(events.slice(2)).toEqual(["free 1", "load 2", "open a on 2"]);
});

it("what still ran on the lost judge says nothing of the next one", async () => {
  const { judge, events, session } = lasting();
  const [first, other] = [await session("a"), await session("b")];
  await rejection(collect(judge.watched(first, untilLost())), "ENGINE_LOST");
  await session("a");
  await rejection(collect(judge.watched(other, untilLost())), "ENGINE_LOST");
  expect(judge.isToLoad).toBe(false);
  expect(await session("a")).toEqual({ judge: 2, key: "a" });
  expect(events.filter((event) => event.startsWith("load"))).toEqual(["load 1", "load 2"]);
});

it("another error leaves the judge as it is", async () => {
  const { judge, session } = lasting();
  const failing = (async function* (): AsyncGenerator<number> {
    yield* [];
    throw new LagerError("ABORTED", "it was aborted");
  })();
  await rejection(collect(judge.watched(await session("a"), failing)), "ABORTED");
  expect(judge.isToLoad).toBe(false);
});

it("a load that failed is tried again by the next session, and so is opening one", async () => {
  const { judge, events, session } = lasting({ failures: 1 });
  await rejection(session("a"), "UNKNOWN_JUDGE");
  expect(judge.isToLoad).toBe(true);
  const closed = judge.session("a", () => {
    throw new LagerError("INVALID_TASK", "it is broken");
  });
  await rejection(closed, "INVALID_TASK");
  expect(await session("a")).toEqual({ judge: 1, key: "a" });
  expect(events).toEqual(["load 1", "open a on 1"]);
});

it("a judge that is freed is loaded again when it is needed", async () => {
  const { judge, events, session } = lasting();
  await judge.dispose();
  await session("a");
  await judge.dispose();
  await session("a");
  expect(events).toEqual(["load 1", "open a on 1", "free 1", "load 2", "open a on 2"]);
});
