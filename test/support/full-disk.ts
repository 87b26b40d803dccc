import type { FileHandle } from "node:fs/promises";

type FileSystem = typeof import("node:fs/promises");

/** A disk that files opened for writing are on, as `withDisk` has it. */
export const disk = {
  /** Bytes that it still takes. */
  left: Number.POSITIVE_INFINITY,
};

/**
 * The file system, with files on a disk that may be full: for `vi.mock`.
 */
export function withDisk(system: FileSystem): FileSystem {
  const open = async (...args: Parameters<FileSystem["open"]>) =>
    onDisk(await system.open(...args));
  return { ...system, open };
}

/** A write takes what there is room for, and the next one fails: as a system does it. */
function onDisk(file: FileHandle): FileHandle {
  const write = async (bytes: Buffer, offset: number, length: number, position: number | null) => {
    if (disk.left === 0 && length > 0) {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    const taken = Math.min(length, disk.left);
    disk.left -= taken;
    return file.write(bytes, offset, taken, position);
  };
  return new Proxy(file, {
    get(target, name) {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
