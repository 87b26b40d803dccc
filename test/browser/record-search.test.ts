import { expect, it } from "vitest";
import { RecordSearch } from "../../src/browser/record-search.ts";

const IDS = ["R1", "R12", "other"];
const texts = (instruction: string, response: string) => ({
  ...{ instruction, response, reference: "", context: "" },
});

/** Indices of the records found. */
function found(search: RecordSearch, ...typed: readonly string[]): number[] {
  const last = typed.map((wanted) => search.find(wanted)).at(-1) ?? new Uint8Array(0);
  return [...last.keys()].filter((record) => last[record] === 1);
}

it("finds parts of ids, also while they are typed on and taken back", () => {
  const search = new RecordSearch(IDS);
  expect(found(search, "r1")).toEqual([0, 1]);
  expect(found(search, "r", "r1", "r12")).toEqual([1]);
  expect(found(search, "r12", "r1")).toEqual([0, 1]);
  expect(found(search, "r12", "o")).toEqual([2]);
});

it("finds parts of texts once they are there, but nothing across two of them", () => {
  const search = new RecordSearch(IDS);
  expect(found(search, "größe")).toEqual([]);
  search.addTexts(IDS, [texts("Welche GRÖSSE?", "Größe 9"), null, texts("other", "gr")]);
  expect(found(search, "größe")).toEqual([0]);
  expect(found(search, "r12")).toEqual([1]);
  expect(found(search, "othergr")).toEqual([]);
});
