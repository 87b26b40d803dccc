import { expect, it } from "vitest";
import { bytesText } from "../../../src/present/terminal/bytes-text.ts";

it("bytes are megabytes below a gigabyte, and gigabytes with a decimal above", () => {
  expect([98_362_432, 999_000_000, 1e9, 19_851_336_576].map(bytesText)).toEqual([
    "98 MB",
    "999 MB",
    "1.0 GB",
    "19.9 GB",
  ]);
});
