import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { OutputLock } from "../../src/base/output-lock.ts";
import { ownIdentity } from "../../src/base/process-identity.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: string;
let file: string;
let lockFile: string;

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "run.jsonl");
  lockFile = `${file}.lock`;
});

/** A lock as another process would have left it. */
async function leave(changes: object): Promise<void> {
  const holder = { ...(await ownIdentity()), token: "theirs", since: "2026-01-01T00:00:00.000Z" };
  await writeFile(lockFile, JSON.stringify({ ...holder, ...changes }));
}

/** A number that no process has. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await new Promise((resolve) => child.on("exit", resolve));
  return child.pid ?? 0;
}

describe("OutputLock", () => {
  it("is had by one at a time, and leaves nothing behind", async () => {
    const lock = await OutputLock.acquire(file);
    const { pid, host } = JSON.parse(await readFile(lockFile, "utf8"));
    expect({ pid, host }).toEqual({ pid: process.pid, host: hostname() });
    const error = await rejection(OutputLock.acquire(file), "OUTPUT_LOCKED");
    expect(error.message).toContain("this process is writing there already");
    await lock.release();
    await lock.release();
    await using again = await OutputLock.acquire(file);
    await again.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is one for all spellings and links of a file, and of a folder that is not there yet", async () => {
    await writeFile(file, "");
    await symlink(file, path.join(folder, "link.jsonl"));
    await symlink(folder, path.join(folder, "there"));
    await using _ = await OutputLock.acquire(file);
    for (const name of ["link.jsonl", "there/run.jsonl", "there/../run.jsonl"]) {
      await rejection(OutputLock.acquire(`${folder}/${name}`), "OUTPUT_LOCKED");
    }
    await using _new = await OutputLock.acquire(path.join(folder, "there", "new.jsonl"));
    await rejection(OutputLock.acquire(path.join(folder, "new.jsonl")), "OUTPUT_LOCKED");
  });

  it("of a folder lies in it", async () => {
    const bench = path.join(folder, "bench");
    await mkdir(bench);
    await using _ = await OutputLock.acquire(bench);
    expect(await readdir(bench)).toEqual([".lock"]);
    await rejection(OutputLock.acquire(`${bench}/`), "OUTPUT_LOCKED");
  });

  it("says who holds it, and what to do", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      await leave({ pid: child.pid, started: null });
      const { message, place } = await rejection(OutputLock.acquire(file), "OUTPUT_LOCKED");
      expect(message).toContain(`process ${child.pid} has been writing there since 2026-01-01`);
      expect(place.file).toBe(file);
    } finally {
      child.kill();
    }
  });

  it("of another machine is never taken over, and its file is named", async () => {
    for (const other of [{ host: "elsewhere" }, { machine: "another of that name" }]) {
      await leave({ pid: await deadPid(), ...other });
      const { message } = await rejection(OutputLock.acquire(file), "OUTPUT_LOCKED");
      expect(message).toContain(`if it is gone, remove ${lockFile}`);
    }
  });

  it.each(["", "not JSON", '{"pid":1}', '{"pid":-1,"host":"h","machine":"","token":"../x"}'])(
    "whose file does not say who holds it stays (%j)",
    async (text) => {
      await writeFile(lockFile, text);
      const { message } = await rejection(OutputLock.acquire(file), "OUTPUT_LOCKED");
      expect(message).toContain(`remove ${lockFile}`);
      expect(await readFile(lockFile, "utf8")).toBe(text);
    },
  );

  it("of a process that is gone is taken over", async () => {
    await leave({ pid: await deadPid() });
    await using lock = await OutputLock.acquire(file);
    expect(JSON.parse(await readFile(lockFile, "utf8")).pid).toBe(process.pid);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "of an earlier process that had the number of one that runs is taken over",
    async () => {
      await leave({ started: "another boot 12345" });
      await using _ = await OutputLock.acquire(file);
    },
  );

  it("is taken over by one of many that find it at once", async () => {
    for (let round = 0; round < 20; round++) {
      await leave({ pid: await deadPid(), token: `round-${round}` });
      const all = await Promise.allSettled(
        Array.from({ length: 16 }, () => OutputLock.acquire(file)),
      );
      const got = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      expect(got).toHaveLength(1);
      for (const each of all) {
        if (each.status === "rejected")
          expect(each.reason).toMatchObject({ code: "OUTPUT_LOCKED" });
      }
      await got[0]?.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("that somebody removed and another took is not given back by who had it before", async () => {
    const lock = await OutputLock.acquire(file);
    await leave({ token: "another" });
    await lock.release();
    expect(JSON.parse(await readFile(lockFile, "utf8")).token).toBe("another");
  });

  it("is removed by a process that exits in the midst of its work", async () => {
    const source = new URL("../../dist/base/output-lock.js", import.meta.url);
    const text = `const { OutputLock } = await import(${JSON.stringify(String(source))});
      await OutputLock.acquire(${JSON.stringify(file)});
      process.exit(7);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", text]);
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(7);
    expect(await readdir(folder)).toEqual([]);
  });

  it("of a pipe or device is nothing", async () => {
    await using _ = await OutputLock.acquire("/dev/null");
    await using again = await OutputLock.acquire("/dev/null");
    await again.release();
  });

  it("says that the folder is not there", async () => {
    const { message } = await rejection(
      OutputLock.acquire(path.join(folder, "nowhere", "run.jsonl")),
      "UNWRITABLE_OUTPUT",
    );
    expect(message).toContain("its folder does not exist");
  });
});
