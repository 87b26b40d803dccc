// Makes the packages that are published, of this checkout as it is built (`npm run build`):
//
//   npm run packages [-- --root CHECKOUT] [-- --out FOLDER]
//
// `lager-judge` is JavaScript and data alone. The addon with llama.cpp's libraries is in a package for
// each platform, here the one for this machine, which package managers take as an optional dependency.
// Neither has a script to run at its installation. Folders and tarballs are written to build/packages.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { libraryPlatform } from "./library-platform.mjs";

const { values } = parseArgs({
  options: {
    root: { type: "string", default: path.join(import.meta.dirname, "../..") },
    out: { type: "string" },
  },
});
const root = path.resolve(values.root);
const out = path.resolve(values.out ?? path.join(root, "build/packages"));
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const platform = `${process.platform}-${process.arch}`;
const platformPackage = `@lager-judge/${platform}`;

/** What the checkout's package.json says that holds there alone. */
const OF_THE_CHECKOUT = ["scripts", "devDependencies", "workspaces", "binary", "allowScripts"];
const LIBRARY = /\.(node|dylib|dll|so(\.\d+)*)$/;

mkdirSync(out, { recursive: true });
for (const [name, make] of /** @type {const} */ ([
  ["lager-judge", makeMain],
  [`lager-judge-${platform}`, makePlatform],
])) {
  const folder = path.join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  make(folder);
  const packed = pack(folder);
  console.log(
    `${path.join(out, packed.filename)}: ${packed.files.length} files, ` +
      `${packed.size} B packed, ${packed.unpackedSize} B unpacked`,
  );
}

/** @param {string} folder */
function makeMain(folder) {
  if (!existsSync(path.join(root, "dist/index.js"))) fail("dist is not built: npm run build:ts");
  /** @type {string[]} */
  const files = manifest.files.filter((/** @type {string} */ entry) => entry !== "build/lib");
  for (const entry of [...files, "README.md", "LICENSE"]) {
    cpSync(path.join(root, entry), path.join(folder, entry), {
      recursive: true,
      filter: (file) => !isLeftOver(file),
    });
  }
  writeManifest(folder, {
    ...Object.fromEntries(
      Object.entries(manifest).filter(([field]) => !OF_THE_CHECKOUT.includes(field)),
    ),
    files,
    optionalDependencies: { [platformPackage]: manifest.version },
  });
}

/**
 * Whether a file of dist was built of a source that is gone, or as no file is built any more: nothing
 * clears the folder.
 *
 * @param {string} file
 */
function isLeftOver(file) {
  const inDist = path.relative(path.join(root, "dist"), file);
  const isOther = inDist.startsWith("..") || inDist.startsWith("page");
  if (isOther || statSync(file).isDirectory()) return false;
  const module = /^(.+?)(\.d\.ts|\.js)$/.exec(inDist)?.[1];
  return module === undefined || !existsSync(path.join(root, "src", `${module}.ts`));
}

/** @param {string} folder */
function makePlatform(folder) {
  const libraries = path.join(root, "build/lib");
  if (!existsSync(path.join(libraries, "lager.node"))) {
    fail("the addon is not built: npm run build:native");
  }
  requirePlatform(libraries);
  cpSync(libraries, path.join(folder, "lib"), { recursive: true });
  cpSync(path.join(root, "LICENSE"), path.join(folder, "LICENSE"));
  cpSync(llamaLicense(), path.join(folder, "LICENSE-llama.cpp"));
  writeFileSync(
    path.join(folder, "README.md"),
    `# ${platformPackage}\n\nThe native addon of lager-judge and llama.cpp's libraries for ` +
      `${platform}. Install lager-judge, which brings it.\n`,
  );
  writeManifest(folder, {
    name: platformPackage,
    version: manifest.version,
    description: `The native addon of lager-judge and llama.cpp's libraries for ${platform}`,
    license: manifest.license,
    engines: manifest.engines,
    files: ["lib", "LICENSE-llama.cpp"],
    os: [process.platform],
    cpu: [process.arch],
    ...(process.platform === "linux" ? { libc: ["glibc"] } : {}),
    // Native code is opened by the system, which reads no zip file of Yarn's.
    preferUnplugged: true,
  });
}

/**
 * Each library must be for this platform; musl's loader is another than glibc's.
 *
 * @param {string} libraries
 */
function requirePlatform(libraries) {
  for (const name of readdirSync(libraries)) {
    if (!LIBRARY.test(name)) continue;
    const bytes = readFileSync(path.join(libraries, name));
    const found = libraryPlatform(bytes);
    if (found !== platform) fail(`${name} is for ${found}, not for ${platform}`);
    if (bytes.includes("libc.musl-")) fail(`${name} is linked with musl, not with glibc`);
  }
}

/** Of llama.cpp's sources, whose libraries are passed on. */
function llamaLicense() {
  const build = path.join(root, "build");
  const sources = readdirSync(build).find((name) => name.startsWith("llama.cpp-"));
  const file = path.join(build, sources ?? "llama.cpp", "LICENSE");
  return existsSync(file) ? file : fail(`${file} is not there: npm run build:native`);
}

/** @param {string} folder @param {object} fields */
function writeManifest(folder, fields) {
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(fields, null, 2)}\n`);
}

/**
 * @typedef {{ filename: string, size: number, unpackedSize: number, files: { path: string }[] }} Packed
 *
 * @param {string} folder
 * @returns {Packed}
 */
function pack(folder) {
  const text = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", out],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  // npm 12 gives an object by the packages' names, earlier ones a list.
  return /** @type {[Packed]} */ (Object.values(JSON.parse(text)))[0];
}

/**
 * @param {string} reason
 * @returns {never}
 */
function fail(reason) {
  console.error(reason);
  process.exit(1);
}
