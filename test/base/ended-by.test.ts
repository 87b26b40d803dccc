import { expect, it } from "vitest";
import { endedBy } from "../../src/base/ended-by.ts";
import { rejection } from "../support/errors.ts";

const never = new Promise<number>(() => {});

it("work that is done gives what it gives", async () => {
  const stop = new AbortController();
  expect(await endedBy(stop.signal, Promise.resolve(7))).toBe(7);
  expect(await endedBy(undefined, Promise.resolve(7))).toBe(7);
  await expect(endedBy(stop.signal, Promise.reject(new Error("own")))).rejects.toThrow("own");
});

it("work that never ends is not waited for once the signal is raised", async () => {
  const stop = new AbortController();
  const ended = rejection(endedBy(stop.signal, never), "ABORTED");
  stop.abort(new Error("enough"));
  expect((await ended).cause).toEqual(new Error("enough"));
  await rejection(endedBy(stop.signal, never), "ABORTED");
});

it("work that fails after that fails nobody", async () => {
  const stop = new AbortController();
  let fail = (_: Error): void => {};
  const work = new Promise<number>((_, reject) => {
    fail = reject;
  });
  const ended = rejection(endedBy(stop.signal, work), "ABORTED");
  stop.abort();
  await ended;
  fail(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve));
});
