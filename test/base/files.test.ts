import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  exists,
  fileSha256,
  linkFirst,
  moveWhole,
  readWhole,
  replaceFile,
  unreadableFile,
  writeWhole,
} from "../../src/base/files.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "a.txt");
});

it("exists tells what is there, file or folder", async () => {
  await writeFile(file, "");
  expect(await exists(file)).toBe(true);
  expect(await exists(folder)).toBe(true);
  expect(await exists(path.join(folder, "b"))).toBe(false);
});

describe("replaceFile", () => {
  it("writes a file whose name is as long as a name may be", async () => {
    const file = path.join(await scratchFolder(), "n".repeat(255));
    await replaceFile(file, "text");
    expect(await readFile(file, "utf8")).toBe("text");
  });

  it("writes a new file and replaces one, and leaves nothing beside it", async () => {
    await replaceFile(file, "one");
    await replaceFile(file, Buffer.from("two"));
    expect(await readFile(file, "utf8")).toBe("two");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("leaves one of two whole that are written to one name at once", async () => {
    const texts = ["x", "y"].map((letter) => letter.repeat(1_000_000));
    await Promise.all(texts.map((text) => replaceFile(file, text)));
    expect(texts).toContain(await readFile(file, "utf8"));
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  it("keeps what was there when it cannot go on, and leaves nothing beside it", async () => {
    await writeFile(file, "old");
    const signal = AbortSignal.abort("stop");
    await expect(replaceFile(file, "new", { signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["a.txt"]);
    await expect(replaceFile(path.join(folder, "none", "b"), "")).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it.skipIf(process.platform === "win32")("shows it to nobody who might not read it", async () => {
    await writeFile(file, "old", { mode: 0o600 });
    await replaceFile(file, "new");
    expect((await lstat(file)).mode & 0o777).toBe(0o600);
  });

  // Root may write anywhere, and Windows has no such folders.
  const mayWriteAnywhere = process.platform === "win32" || process.getuid?.() === 0;
  it.skipIf(mayWriteAnywhere)("writes on a file in a folder that takes no other", async () => {
    await writeFile(file, "old");
    await chmod(folder, 0o555);
    await replaceFile(file, "new").finally(() => chmod(folder, 0o755));
    expect(await readFile(file, "utf8")).toBe("new");
  });

  it("writes through a link", async () => {
    const link = path.join(folder, "link");
    await mkdir(path.join(folder, "deep"));
    const target = path.join(folder, "deep", "target");
    await writeFile(target, "old");
    await symlink(target, link);
    await replaceFile(link, "new");
    expect(await readlink(link)).toBe(target);
    expect(await readFile(target, "utf8")).toBe("new");
  });

  it.skipIf(process.platform === "win32")("writes into a pipe, which stays one", async () => {
    execFileSync("mkfifo", [file]);
    const [, read] = await Promise.all([replaceFile(file, "through"), readFile(file, "utf8")]);
    expect(read).toBe("through");
    expect((await lstat(file)).isFIFO()).toBe(true);
  });
});

it("writeWhole says what could not be written, where and why", async () => {
  const wrong = path.join(folder, "none", "w.json");
  await expect(writeWhole(wrong, "{}", "the weights file")).rejects.toMatchObject({
    code: "UNWRITABLE_OUTPUT",
    place: { file: wrong },
    message: expect.stringMatching(/the weights file cannot be written \(ENOENT/),
  });
});

it("readWhole reads a file, and says what could not be read, where and why", async () => {
  await writeFile(file, "text");
  expect((await readWhole(file, "the weights file")).toString()).toBe("text");
  const wrong = path.join(folder, "none.json");
  await expect(readWhole(wrong, "the weights file")).rejects.toMatchObject({
    code: "UNREADABLE_FILE",
    place: { file: wrong },
    message: expect.stringMatching(/the weights file cannot be read \(ENOENT/),
  });
});

it("linkFirst gives a name once, and tells of any other failure", async () => {
  const other = path.join(folder, "b.txt");
  const name = path.join(folder, "name");
  await writeFile(file, "first");
  await writeFile(other, "second");
  expect(await linkFirst(file, name)).toBe(true);
  expect(await linkFirst(other, name)).toBe(false);
  expect(await readFile(name, "utf8")).toBe("first");
  const nowhere = path.join(folder, "none", "name");
  await expect(linkFirst(file, nowhere)).rejects.toMatchObject({ code: "ENOENT" });
});

it("moveWhole gives a file its name in place of another", async () => {
  await writeFile(file, "new");
  const target = path.join(folder, "b.txt");
  await writeFile(target, "old");
  await moveWhole(file, target);
  expect(await readFile(target, "utf8")).toBe("new");
  expect(await readdir(folder)).toEqual(["b.txt"]);
});

describe("fileSha256", () => {
  it("is the hash of the bytes, and tells how far it is", async () => {
    const bytes = Buffer.alloc(3_000_000, "lager");
    await writeFile(file, bytes);
    const told: number[] = [];
    const sha256 = await fileSha256(file, { onBytes: (count) => told.push(count) });
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(told.at(-1)).toBe(bytes.length);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("can be ended, before it begins and in the middle", async () => {
    await writeFile(file, "");
    await truncate(file, 8 * 1024 * 1024);
    const signal = AbortSignal.abort("stop");
    await expect(fileSha256(file, { signal })).rejects.toMatchObject({ code: "ABORTED" });
    const controller = new AbortController();
    const ended = fileSha256(file, {
      signal: controller.signal,
      onBytes: () => controller.abort("stop"),
    });
    await expect(ended).rejects.toMatchObject({ code: "ABORTED", cause: "stop" });
  });

  it("throws what the callback threw, and names a file that cannot be read", async () => {
    await writeFile(file, "x");
    const thrown = new Error("of the callback");
    const onBytes = () => {
      throw thrown;
    };
    await expect(fileSha256(file, { onBytes })).rejects.toBe(thrown);
    const gone = path.join(folder, "gone");
    await expect(fileSha256(gone)).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
      place: { file: gone },
    });
  });
});

it("unreadableFile says what cannot be read, why, and what to check", () => {
  const cause = new Error("no such thing");
  expect(unreadableFile("the weights file", "w.json", cause)).toMatchObject({
    code: "UNREADABLE_FILE",
    place: { file: "w.json" },
    message: expect.stringContaining("the weights file cannot be read (no such thing): check"),
    cause,
  });
});
