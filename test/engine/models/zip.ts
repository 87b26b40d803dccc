import { crc32 } from "./crc32.ts";

/** A zip file of stored (uncompressed) entries. */
export function storedZip(entries: Readonly<Record<string, Buffer>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14); // compressed size
    common.writeUInt32LE(content.length, 18); // size
    common.writeUInt16LE(nameBytes.length, 22);

    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, nameBytes, content]);
    const trailer = Buffer.alloc(14); // comment, disk, attributes: all zero
    trailer.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([20, 0]);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), madeBy, common, trailer, nameBytes]),
    );
    files.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, directoryBytes, end]);
}
