import { open } from "node:fs/promises";
import { expect, it } from "vitest";
import { libraryPlatform } from "../../../scripts/build/library-platform.mjs";

/** The beginning of a file with numbers of two or four bytes at some places. */
function header(...fields: [offset: number, size: 2 | 4, value: number][]): Buffer {
  const bytes = Buffer.alloc(512);
  for (const [offset, size, value] of fields) bytes.writeUIntLE(value, offset, size);
  return bytes;
}

const ELF_MAGIC = 0x464c457f;
const PE_AT_128: [number, 4, number] = [0x3c, 4, 128];

it.each([
  ["linux-x64", header([0, 4, ELF_MAGIC], [4, 2, 0x0102], [18, 2, 0x3e])],
  ["linux-arm64", header([0, 4, ELF_MAGIC], [4, 2, 0x0102], [18, 2, 0xb7])],
  ["darwin-x64", header([0, 4, 0xfeedfacf], [4, 4, 0x01000007])],
  ["darwin-arm64", header([0, 4, 0xfeedfacf], [4, 4, 0x0100000c])],
  ["win32-x64", header([0, 2, 0x5a4d], PE_AT_128, [128, 4, 0x4550], [132, 2, 0x8664])],
  ["win32-arm64", header([0, 2, 0x5a4d], PE_AT_128, [128, 4, 0x4550], [132, 2, 0xaa64])],
])("a library for %s is known by its header", (platform, bytes) => {
  expect(libraryPlatform(bytes)).toBe(platform);
});

it.each([
  ["a text", Buffer.from("this is no library\n".repeat(10))],
  ["an empty file", Buffer.alloc(0)],
  ["one of 32 bits", header([0, 4, ELF_MAGIC], [4, 2, 0x0101], [18, 2, 0x03])],
  ["another processor's", header([0, 4, ELF_MAGIC], [4, 2, 0x0102], [18, 2, 0xf3])],
  ["DOS's", header([0, 2, 0x5a4d], [0x3c, 4, 0xffff])],
])("%s is none", (_, bytes) => {
  expect(libraryPlatform(bytes)).toBe("unknown");
});

it("the program that runs this is for this machine", async () => {
  await using file = await open(process.execPath);
  const { buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  expect(libraryPlatform(buffer)).toBe(`${process.platform}-${process.arch}`);
});
