import type { Readable } from "node:stream";
import type { Entry, ZipFile } from "yauzl";

/** One entry of a wheel. */
export interface WheelEntry {
  /** Unpacked size in bytes as the zip declares it; `read` fails once there is more than that. */
  readonly size: number;
  readonly read: () => Promise<Readable>;
}

/**
 * Calls `use` with one entry of a zip file, and closes the file when `use` is done.
 *
 * @throws Error when the zip is broken or holds no such entry.
 */
export async function withWheelEntry<T>(
  wheel: string,
  entryName: string,
  use: (entry: WheelEntry) => Promise<T>,
): Promise<T> {
  const zip = await openZip(wheel);
  try {
    const entry = await findEntry(zip, entryName);
    return await use({ size: entry.uncompressedSize, read: () => openEntry(zip, entry) });
  } finally {
    zip.close();
  }
}

async function openZip(file: string): Promise<ZipFile> {
  // Loaded here and not at the top: only a download needs it.
  const { default: yauzl } = await import("yauzl");
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(error);
      else resolve(zip);
    });
  });
}

function findEntry(zip: ZipFile, name: string): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      if (entry.fileName === name) resolve(entry);
      else zip.readEntry();
    });
    zip.once("end", () => reject(new Error(`the wheel holds no ${name}`)));
    zip.once("error", reject);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
}
