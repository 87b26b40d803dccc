import { mkdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LagerError } from "../../src/base/errors.ts";
import {
  findLibraryFolder,
  type LibraryPlace,
  libraryFolder,
  outsideArchive,
} from "../../src/base/library-folder.ts";
import { scratchFolder } from "../support/scratch.ts";

const PUBLISHED = { "@lager-judge/linux-x64": "1.2.3", "@lager-judge/darwin-arm64": "1.2.3" };

/** An application that has lager-judge in its node_modules, as a package manager lays it out. */
async function installed(
  optionalDependencies?: Readonly<Record<string, string>>,
  parent = "",
): Promise<{ modules: string; place: Required<LibraryPlace> }> {
  const modules = path.join(await realpath(await scratchFolder()), parent, "node_modules");
  const packageJson = path.join(modules, "lager-judge", "package.json");
  await write(packageJson, JSON.stringify({ name: "lager-judge", optionalDependencies }));
  return { modules, place: { packageJson, platform: "linux-x64" } };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function addPlatform(modules: string, platform = "linux-x64"): Promise<string> {
  const folder = path.join(modules, "@lager-judge", platform);
  await write(path.join(folder, "package.json"), "{}");
  await write(path.join(folder, "lib", "lager.node"), "");
  return path.join(folder, "lib");
}

function messageOf(place: LibraryPlace): string {
  try {
    libraryFolder(place);
  } catch (error) {
    expect(error).toMatchObject({ code: "ADDON_UNAVAILABLE" });
    return (error as LagerError).message;
  }
  throw new Error("a folder was found");
}

describe("the folder of the addon", () => {
  it("is that of the platform's package beside this one", async () => {
    const { modules, place } = await installed(PUBLISHED);
    const folder = await addPlatform(modules);
    expect(libraryFolder(place)).toBe(folder);
  });

  it("is found where the platform's package belongs to this one alone", async () => {
    const { modules, place } = await installed(PUBLISHED);
    const folder = await addPlatform(path.join(modules, "lager-judge", "node_modules"));
    expect(libraryFolder(place)).toBe(folder);
  });

  it("is a checkout's own build first", async () => {
    const { modules, place } = await installed();
    await addPlatform(modules);
    const built = path.join(path.dirname(place.packageJson), "build", "lib");
    await write(path.join(built, "lager.node"), "");
    expect(libraryFolder(place)).toBe(built);
  });

  it("is not that of another platform, nor one without the addon", async () => {
    const { modules, place } = await installed(PUBLISHED);
    await addPlatform(modules, "darwin-arm64");
    await write(path.join(modules, "@lager-judge", "linux-x64", "package.json"), "{}");
    await mkdir(path.join(path.dirname(place.packageJson), "build", "lib"), { recursive: true });
    expect(findLibraryFolder(place)).toBeUndefined();
  });
});

describe("an addon that is missing", () => {
  it("is had by installing the platform's package, of the version that fits", async () => {
    const { place } = await installed(PUBLISHED);
    expect(messageOf(place)).toBe(
      "the native addon for linux-x64 is not here; " +
        "install it with `npm install @lager-judge/linux-x64@1.2.3`",
    );
  });

  it("is built where no package has been made for the platform", async () => {
    const { place } = await installed(PUBLISHED);
    expect(messageOf({ ...place, platform: "freebsd-x64" })).toContain(
      "there are packages for linux-x64, darwin-arm64; elsewhere, build it in a checkout",
    );
  });

  it("is built in a checkout, which names no such packages", async () => {
    const { place } = await installed();
    expect(messageOf(place)).toContain("build it with `npm run build:native`");
  });
});

describe("inside Electron's archive", () => {
  it.each([
    ["/opt/app.asar/node_modules/x/lib", "/opt/app.asar.unpacked/node_modules/x/lib"],
    ["C:\\app.asar\\lib", "C:\\app.asar.unpacked\\lib"],
    ["/opt/app.asar.unpacked/lib", "/opt/app.asar.unpacked/lib"],
    ["/opt/app.asarium/lib", "/opt/app.asarium/lib"],
    ["/opt/app/lib", "/opt/app/lib"],
  ])("native code is handed %s as %s", (inside, outside) => {
    expect(outsideArchive(inside)).toBe(outside);
  });

  it("the addon is taken from what was unpacked", async () => {
    const { modules, place } = await installed(PUBLISHED, "app.asar");
    // Electron shows the archive as a folder; here it is one, with the package's description alone.
    await write(path.join(modules, "@lager-judge", "linux-x64", "package.json"), "{}");
    const folder = await addPlatform(modules.replace("app.asar", "app.asar.unpacked"));
    expect(libraryFolder(place)).toBe(folder);
  });
});
