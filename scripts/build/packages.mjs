// Makes the packages that are published, of this checkout as it is built (`npm run build`):
//
//   npm run packages [-- --platform NAME,…|all] [-- --libraries RELEASE] [-- --root CHECKOUT] [-- --out FOLDER]
//
// `lager-judge` is JavaScript and data alone. The addon with llama.cpp's libraries is in a package for
// each platform, which package managers take as an optional dependency: for this machine that of build/lib,
// for others one that is built here. Each library is checked. No package has a script to run at its
// installation. Folders and tarballs are written to build/packages; `lager-judge` names the platforms of the
// same run. Exit 1 where one of them could not be made; the others are.
//
// With --libraries another release of node-llama-cpp than the pinned one is built against, to see that the
// sources compile and link: such packages go to build/trials, say so, and are private to npm.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ADDON } from "./check-libraries.mjs";
import { crossBuild, llamaLicense } from "./cross-build.mjs";
import { PackageMissing, PINNED_RELEASE } from "./llama-packages.mjs";
import { makeMain, makePlatform, pack } from "./package-folder.mjs";
import { PLATFORMS, platformOf, THIS_PLATFORM } from "./platforms.mjs";

const { values } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: [THIS_PLATFORM] },
    libraries: { type: "string", default: PINNED_RELEASE },
    root: { type: "string", default: path.join(import.meta.dirname, "../..") },
    out: { type: "string" },
  },
});
const root = path.resolve(values.root);
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const checkout = { root, manifest };
const isTrial = values.libraries !== PINNED_RELEASE;
const out = path.resolve(
  values.out ?? path.join(root, isTrial ? "build/trials" : "build/packages"),
);

const named = values.platform.flatMap((names) => names.split(","));
const platforms = named.includes("all") ? Object.keys(PLATFORMS) : [...new Set(named)];
try {
  for (const platform of platforms) platformOf(platform);
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const made = platforms.filter(tryPlatform);
if (made.length > 0 && !isTrial) {
  const folder = emptied("lager-judge");
  makeMain(folder, checkout, made);
  report(folder);
}
process.exitCode = made.length === platforms.length ? 0 : 1;

/**
 * @param {string} platform
 * @returns {boolean} whether it was made
 */
function tryPlatform(platform) {
  const folder = emptied(`lager-judge-${platform}`);
  try {
    const found = makePlatform(folder, checkout, platform, nativeOf(platform));
    report(folder);
    console.log(`  ${platform}: ${found}`);
    return true;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    const what = error instanceof PackageMissing ? "cannot be had here" : "could not be made";
    console.error(`${platform} ${what}: ${message}`);
    return false;
  }
}

/**
 * @param {string} platform
 * @returns {import("./package-folder.mjs").Native}
 */
function nativeOf(platform) {
  if (platform === THIS_PLATFORM && !isTrial) {
    const build = path.join(root, "build");
    const libraries = path.join(build, "lib");
    if (!existsSync(path.join(libraries, ADDON))) {
      throw new Error("the addon is not built: npm run build:native");
    }
    return { libraries, llamaLicense: llamaLicense(build) };
  }
  const { build, libraries } = crossBuild(platform, { release: values.libraries });
  return {
    ...{ libraries, llamaLicense: llamaLicense(build) },
    ...(isTrial ? { trial: values.libraries } : {}),
  };
}

/**
 * The path of a package's folder, which is not there, nor its tarballs.
 *
 * @param {string} name
 */
function emptied(name) {
  const isOld = new RegExp(`^${name}(-\\d[^/]*\\.tgz)?$`);
  for (const file of readdirSync(out).filter((each) => isOld.test(each))) {
    rmSync(path.join(out, file), { recursive: true });
  }
  return path.join(out, name);
}

/** @param {string} folder */
function report(folder) {
  const { filename, files, size, unpackedSize } = pack(folder, out);
  console.log(
    `${path.join(out, filename)}: ${files.length} files, ${size} B packed, ${unpackedSize} B unpacked`,
  );
}
