import { describe, expect, it } from "vitest";
import {
  declaredSeparator,
  likelySeparator,
  withLineFeeds,
} from "../../../src/input/dataset/csv-dialect.ts";
import { collect } from "../../support/collect.ts";

describe("the separator", () => {
  it("may be declared in the first line", () => {
    expect(["sep=;", "SEP=|\r", '"sep=,"', "sep=\t"].map(declaredSeparator)).toEqual([
      ";",
      "|",
      ",",
      "\t",
    ]);
    expect(["sep=", "separator", "sep=;;", "id,sep=;"].map(declaredSeparator)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("is what the header has most of, quoted cells aside", () => {
    expect(likelySeparator("a;b,c;d")).toBe(";");
    expect(likelySeparator("a\tb")).toBe("\t");
    expect(likelySeparator('a,"x;y;z"')).toBe(",");
    expect(likelySeparator("response")).toBe(",");
  });
});

describe("line ends", () => {
  const through = async (...chunks: string[]) => {
    const source = async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    };
    return Buffer.concat(await collect(withLineFeeds(source()))).toString();
  };

  it("are made line feeds where the first is a carriage return alone", async () => {
    expect(await through("a,b\r1,2", "\r3,4\r")).toBe("a,b\n1,2\n3,4\n");
  });

  it("stay where it is none", async () => {
    for (const text of ["a\r\nb\rc\r\n", "a\nb\rc", '"a\rb",c\n1\r']) {
      expect(await through(text)).toBe(text);
    }
  });
});
