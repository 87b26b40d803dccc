import { expect, it } from "vitest";
import { openHost, startHostAhead } from "../../src/engine/native/engine-host.ts";

it("a process that was started ahead is given once, and where the same options are asked for", async () => {
  const ahead = startHostAhead({ isolation: "process", hangLimit: 60 });
  await using other = openHost({ isolation: "process" });
  await using here = openHost();
  await using first = openHost({ isolation: "process", hangLimit: 60 });
  await using second = openHost({ isolation: "process", hangLimit: 60 });
  expect(ahead).not.toBeNull();
  expect(first.pid).toBe(ahead);
  expect(new Set([other, first, second].map(({ pid }) => pid)).size).toBe(3);
  expect(here.pid).toBeNull();
});

it("nothing is started ahead where the engine is to run in this process", () => {
  expect(startHostAhead({ isolation: "none" })).toBeNull();
});
