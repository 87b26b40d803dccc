import { expect, it } from "vitest";
import {
  CsvRowScanner,
  JsonArrayScanner,
  LineScanner,
} from "../../../src/input/dataset/record-scanners.ts";
import { splitRecords } from "../../../src/input/dataset/split-records.ts";
import { collect } from "../../support/collect.ts";

async function split(text: string, scanner: LineScanner | CsvRowScanner | JsonArrayScanner) {
  const chunks = (async function* () {
    for (let at = 0; at < text.length; at += 4) yield Buffer.from(text.slice(at, at + 4));
  })();
  const slices = await collect(splitRecords(chunks, scanner, 10));
  return slices.map(({ bytes, line, problem }) => [bytes.toString(), line, problem?.slice(0, 20)]);
}

it("drops a record that is too large, and goes on", async () => {
  const large = "the record is larger";
  const long = "x".repeat(50);
  expect(await split(`a\n${long}\nb`, new LineScanner())).toEqual([
    ["a", 1, undefined],
    ["", 2, large],
    ["b", 3, undefined],
  ]);
  expect(await split(`a\n"${long}\n"\nb`, new CsvRowScanner())).toEqual([
    ["a", 1, undefined],
    ["", 2, large],
    ["b", 4, undefined],
  ]);
  expect(await split(`[1,\n"${long}",2]`, new JsonArrayScanner())).toEqual([
    ["1", 1, undefined],
    ["", 2, large],
    ["2", 2, undefined],
  ]);
});
