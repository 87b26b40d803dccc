/** The beginning of a GGUF file: no tensors, and these keys with texts or 32-bit numbers. */
export function ggufHeader(keys: Readonly<Record<string, string | number>>): Buffer {
  const uint64 = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const text = (value: string) =>
    Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);
  const entries = Object.entries(keys);
  return Buffer.concat([
    Buffer.from("GGUF"),
    uint32(3),
    uint64(0),
    uint64(entries.length),
    ...entries.flatMap(([key, value]) => [
      text(key),
      uint32(typeof value === "string" ? 8 : 4),
      typeof value === "string" ? text(value) : uint32(value),
    ]),
  ]);
}
