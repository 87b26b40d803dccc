// The folders and tarballs of the packages that are published.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describeLibraries, problemsOf } from "./check-libraries.mjs";
import { npm } from "./npm.mjs";
import { platformOf } from "./platforms.mjs";
import { readLibraries } from "./read-libraries.mjs";

/** What the checkout's package.json says that holds there alone. */
const OF_THE_CHECKOUT = ["scripts", "devDependencies", "workspaces", "binary", "allowScripts"];
/** Metal's functions, which are compiled where they run, are the only other files of llama.cpp's. */
const NO_LIBRARY = /\.metal$/;

/**
 * What the packages are made of.
 *
 * @typedef {object} Checkout
 * @property {string} root
 * @property {any} manifest its package.json
 */

/**
 * `lager-judge`: JavaScript and data alone.
 *
 * @param {string} folder is made
 * @param {Checkout} checkout
 * @param {readonly string[]} platforms those that it names as optional dependencies
 */
export function makeMain(folder, { root, manifest }, platforms) {
  if (!existsSync(path.join(root, "dist/index.js"))) {
    throw new Error("dist is not built: npm run build:ts");
  }
  mkdirSync(folder);
  /** @type {string[]} */
  const files = manifest.files.filter((/** @type {string} */ entry) => entry !== "build/lib");
  for (const entry of [...files, "README.md", "LICENSE"]) {
    cpSync(path.join(root, entry), path.join(folder, entry), {
      recursive: true,
      filter: (file) => !isLeftOver(root, file),
    });
  }
  writeManifest(folder, {
    ...Object.fromEntries(
      Object.entries(manifest).filter(([field]) => !OF_THE_CHECKOUT.includes(field)),
    ),
    files,
    optionalDependencies: Object.fromEntries(
      platforms.map((platform) => [`@lager-judge/${platform}`, manifest.version]),
    ),
  });
}

/**
 * Whether a file of dist was built of a source that is gone, or as no file is built any more: nothing
 * clears the folder.
 *
 * @param {string} root
 * @param {string} file
 */
function isLeftOver(root, file) {
  const inDist = path.relative(path.join(root, "dist"), file);
  const isOther = inDist.startsWith("..") || inDist.startsWith("page");
  if (isOther || statSync(file).isDirectory()) return false;
  const module = /^(.+?)(\.d\.ts|\.js)$/.exec(inDist)?.[1];
  return module === undefined || !existsSync(path.join(root, "src", `${module}.ts`));
}

/**
 * What a platform's package is made of, and what it says of it.
 *
 * @typedef {object} Native
 * @property {string} libraries folder of the addon and llama.cpp's libraries
 * @property {string} llamaLicense
 * @property {string} [trial] release of node-llama-cpp that its libraries are of, where that is not the pinned one:
 *   such a package is no one's to use, and npm does not publish it
 */

/**
 * `@lager-judge/PLATFORM`, whose libraries are checked.
 *
 * @param {string} folder is made
 * @param {Checkout} checkout
 * @param {string} platform
 * @param {Native} native
 * @returns {string} what the libraries were found to be
 * @throws with all that is wrong with them; then the folder is gone again
 */
export function makePlatform(folder, { root, manifest }, platform, native) {
  const { os, cpu } = platformOf(platform);
  const name = `@lager-judge/${platform}`;
  const what = `The native addon of lager-judge and llama.cpp's libraries for ${platform}`;
  const warning =
    native.trial === undefined
      ? ""
      : `A trial, not to be used: built with the libraries of node-llama-cpp ${native.trial}, not the pinned ones. `;
  mkdirSync(folder);
  cpSync(native.libraries, path.join(folder, "lib"), { recursive: true });
  const found = checkFolder(folder, platform);
  cpSync(path.join(root, "LICENSE"), path.join(folder, "LICENSE"));
  cpSync(native.llamaLicense, path.join(folder, "LICENSE-llama.cpp"));
  writeFileSync(
    path.join(folder, "README.md"),
    `# ${name}\n\n${warning}${what}. Install lager-judge, which brings it.\n`,
  );
  writeManifest(folder, {
    name,
    version: manifest.version + (native.trial === undefined ? "" : `-trial.${native.trial}`),
    ...(native.trial === undefined ? {} : { private: true }),
    description: `${warning}${what}`,
    license: manifest.license,
    engines: manifest.engines,
    files: ["lib", "LICENSE-llama.cpp"],
    os: [os],
    cpu: [cpu],
    ...(os === "linux" ? { libc: ["glibc"] } : {}),
    // Native code is opened by the system, which reads no zip file of Yarn's.
    preferUnplugged: true,
  });
  return found;
}

/**
 * @param {string} folder
 * @param {string} platform
 */
function checkFolder(folder, platform) {
  const lib = path.join(folder, "lib");
  const names = readdirSync(lib).filter((name) => !NO_LIBRARY.test(name));
  const libraries = readLibraries(names.map((name) => path.join(lib, name)));
  const problems = problemsOf(libraries, platform);
  if (problems.length === 0) return describeLibraries(libraries, platform);
  rmSync(folder, { recursive: true });
  throw new Error(problems.join("\n"));
}

/** @param {string} folder @param {object} fields */
function writeManifest(folder, fields) {
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(fields, null, 2)}\n`);
}

/**
 * @typedef {{ filename: string, size: number, unpackedSize: number, files: { path: string }[] }} Packed
 *
 * @param {string} folder
 * @param {string} target folder for the tarball
 * @returns {Packed}
 */
export function pack(folder, target) {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", target];
  const text = npm(args, folder);
  // npm 12 gives an object by the packages' names, earlier ones a list.
  return /** @type {[Packed]} */ (Object.values(JSON.parse(text)))[0];
}
