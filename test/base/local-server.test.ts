import { createServer } from "node:http";
import { expect, it } from "vitest";
import { isLoopback, isSecret, listenOn, namesLoopback } from "../../src/base/local-server.ts";
import { rejection } from "../support/errors.ts";

it.each([
  ["127.0.0.1:8080", 8080, true],
  ["localhost:8080", 8080, true],
  ["[::1]:8080", 8080, true],
  ["localhost", 80, true],
  ["localhost", 8080, false],
  ["127.0.0.1:80", 8080, false],
  ["localhost.evil.example:8080", 8080, false],
  [undefined, 8080, false],
])("a request to %s of port %i names this machine: %s", (host, port, expected) => {
  expect(namesLoopback(host, port)).toBe(expected);
});

it("only this machine reaches its loopback addresses", () => {
  expect(["127.0.0.1", "::1", "localhost"].map(isLoopback)).toEqual([true, true, true]);
  expect(["0.0.0.0", "::", "192.0.2.1", ""].map(isLoopback)).toEqual([false, false, false, false]);
});

it("a secret is the same text and nothing else", () => {
  expect(isSecret("abc", "abc")).toBe(true);
  for (const given of ["", "ab", "abcd", "Abc"]) expect(isSecret(given, "abc")).toBe(false);
});

it("a port that is taken is refused", async () => {
  const [first, second] = [createServer(), createServer()];
  const url = await listenOn(first, 0);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await rejection(listenOn(second, Number(new URL(url).port)), "INVALID_ARGUMENT");
  first.close();
});
