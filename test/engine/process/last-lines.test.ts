import { expect, it } from "vitest";
import { LastLines } from "../../../src/engine/process/last-lines.ts";

it("the last lines of a text are kept, however it is cut", () => {
  const log = new LastLines();
  const text = Array.from({ length: 30 }, (_, i) => `line ${i}\r\n\n`).join("");
  for (const character of text) log.add(character);
  log.add("not ended");
  expect(log.lines).toEqual([
    ...Array.from({ length: 12 }, (_, i) => `line ${i + 18}`),
    "not ended",
  ]);
});

it("a line without an end takes no memory", () => {
  const log = new LastLines();
  for (let i = 0; i < 1000; i++) log.add("x".repeat(10_000));
  expect(log.lines.join("").length).toBeLessThan(400);
});
