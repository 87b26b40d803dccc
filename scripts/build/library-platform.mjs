/** Processors by their numbers in ELF, Mach-O and PE files. */
const ELF = new Map([
  [0x3e, "x64"],
  [0xb7, "arm64"],
]);
const MACH_O = new Map([
  [0x01000007, "x64"],
  [0x0100000c, "arm64"],
]);
const PE = new Map([
  [0x8664, "x64"],
  [0xaa64, "arm64"],
]);

/**
 * The platform that a library is for, by its header.
 *
 * @param {Buffer} bytes its beginning, 4 kB of it
 * @returns {string} as Node names it: `linux-x64`; `unknown` for what is no library of 64 bits
 */
export function libraryPlatform(bytes) {
  const [system, processor] = headerOf(bytes);
  return processor === undefined ? "unknown" : `${system}-${processor}`;
}

/**
 * @param {Buffer} bytes
 * @returns {[string, string | undefined]}
 */
function headerOf(bytes) {
  if (bytes.length < 64) return ["unknown", undefined];
  const isElf64 = bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (isElf64) return ["linux", ELF.get(bytes.readUInt16LE(18))];
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return ["darwin", MACH_O.get(bytes.readUInt32LE(4))];
  if (bytes.toString("latin1", 0, 2) !== "MZ") return ["unknown", undefined];
  const start = bytes.readUInt32LE(0x3c);
  const isPe = bytes.toString("latin1", start, start + 4) === "PE\0\0";
  return ["win32", isPe ? PE.get(bytes.readUInt16LE(start + 4)) : undefined];
}
