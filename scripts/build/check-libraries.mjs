// Whether the libraries of a platform's package are what they are taken for: by what stands in their headers,
// so that it can be asked of any platform on any other.
import { createRequire } from "node:module";
import path from "node:path";
import { platformOf } from "./platforms.mjs";

/** @typedef {import("./read-libraries.mjs").Library} Library */
/** @typedef {import("./read-libraries.mjs").Import} Import */

export const ADDON = "lager.node";

/** @type {Record<string, Record<"js_native_api_symbols" | "node_api_symbols", string[]>>} */
const { v8: symbols } = createRequire(import.meta.url)("node-api-headers").symbols;

/** Of the version that the addon is compiled for (NAPI_VERSION in native/addon). */
const NODE_API = new Set([
  ...(symbols?.js_native_api_symbols ?? []),
  ...(symbols?.node_api_symbols ?? []),
]);
/** Make buffers over memory of the addon's own, which Electron allows nobody. */
const EXTERNAL_BUFFERS = ["napi_create_external_arraybuffer", "napi_create_external_buffer"];

/** What the addon may ask llama.cpp's libraries for: functions of C, and of C++ where both are built alike. */
const OF_LLAMA_IN_C = /^(llama|ggml|gguf)_\w+$/;
const OF_LLAMA_IN_CXX = /^_Z\d+(llama|ggml|gguf)_\w+$/;

/** The newest glibc that a package may need: that of the oldest Linux it is for. */
const NEWEST_GLIBC = [2, 34];

/**
 * What every machine of a system has, but for Windows's C++ library, which comes with most programs.
 *
 * @type {Readonly<Record<import("./platforms.mjs").Platform["os"], RegExp>>}
 */
const OF_THE_SYSTEM = {
  linux: /^(lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|gomp)\.so\.\d+|ld-linux-[\w-]+\.so\.\d+)$/,
  darwin: /^(\/usr\/lib\/|\/System\/Library\/Frameworks\/)/,
  win32:
    /^(api-ms-win-[\w-]+|kernel32|advapi32|user32|shell32|bcrypt|ntdll|msvcrt|ucrtbase|msvcp140\w*|vcruntime140\w*|vcomp140)\.dll$/i,
};

/** Where the addon's own functions come from on Windows. */
const NODE = "node.exe";

/**
 * All that is wrong with the libraries of a package; nothing where they are what they should be.
 *
 * @param {readonly Library[]} libraries
 * @param {string} platform
 * @returns {string[]}
 */
export function problemsOf(libraries, platform) {
  const strangers = libraries.flatMap((library) => platformProblems(library, platform));
  // What is another platform's has another's needs.
  if (strangers.length > 0) return strangers;
  const package_ = new Map(libraries.map((library) => [library.file, library]));
  return [
    ...missingProblems(libraries),
    ...libraries.flatMap((library) => [
      ...neededProblems(library, package_, platform),
      ...library.imports.flatMap((symbol) => importProblems(symbol, library, package_)),
      ...systemProblems(library, platform),
    ]),
    ...libraries.filter(({ file }) => file === ADDON).flatMap((addon) => addonProblems(addon)),
  ];
}

/**
 * What a package was found to be, in a line.
 *
 * @param {readonly Library[]} libraries without problems
 * @param {string} platform
 */
export function describeLibraries(libraries, platform) {
  const { format, cpu, os } = platformOf(platform);
  const addon = libraries.find(({ file }) => file === ADDON);
  const names = (addon?.imports ?? []).map(({ name }) => name);
  const ofNode = names.filter((name) => NODE_API.has(name)).length;
  const ofLlama = names.filter((name) => isOfLlama(name)).length;
  const system = { linux: newestGlibc(libraries), darwin: newestMacos(libraries), win32: "" }[os];
  return (
    `${libraries.length} libraries, each ${format} for ${cpu}; the addon takes ${ofNode} functions ` +
    `of Node-API and ${ofLlama} of llama.cpp, which are all there${system && `; ${system} or newer`}`
  );
}

/**
 * @param {Library} library
 * @param {string} platform
 */
function platformProblems({ file, format, processor }, platform) {
  const { format: wanted, cpu } = platformOf(platform);
  if (format === wanted && processor === cpu) return [];
  const found = format === null ? "no library" : `${format} for ${processor}`;
  return [`${file} is ${found}, not ${wanted} for ${cpu}`];
}

/** @param {readonly Library[]} libraries */
function missingProblems(libraries) {
  const parts = {
    "the addon": /^lager\.node$/,
    libllama: /^(lib)?llama\b/,
    libggml: /^(lib)?ggml\b(?!-)/,
    "libggml-base": /^(lib)?ggml-base\b/,
    "a plugin for the processor": /^(lib)?ggml-cpu\b/,
  };
  return Object.entries(parts)
    .filter(([, name]) => !libraries.some(({ file }) => name.test(file)))
    .map(([part]) => `${part} is missing`);
}

/**
 * Each library that is loaded with it must be in the package, where it is looked for, or be the system's.
 *
 * @param {Library} library
 * @param {ReadonlyMap<string, Library>} package_
 * @param {string} platform
 */
function neededProblems({ file, needed, searchPaths }, package_, platform) {
  const { os } = platformOf(platform);
  const beside = { linux: /^\$ORIGIN\/?$/, darwin: /^@loader_path\/?$/, win32: /^/ }[os];
  const isFoundBeside =
    os === "win32" ||
    searchPaths.flatMap((paths) => paths.split(":")).some((each) => beside.test(each));
  return needed.flatMap((name) => {
    if (OF_THE_SYSTEM[os].test(name) || (file === ADDON && name.toLowerCase() === NODE)) return [];
    const inPackage = name.replace(/^@(rpath|loader_path)\//, "");
    if (!package_.has(inPackage)) return [`${file} needs ${name}, which is not in the package`];
    if (isFoundBeside || name.startsWith("@loader_path/")) return [];
    return [`${file} needs ${name}, but does not look for it in its own folder`];
  });
}

/**
 * @param {Import} symbol
 * @param {Library} library
 * @param {ReadonlyMap<string, Library>} package_
 */
function importProblems({ name, from, version, weak }, library, package_) {
  // A version names its library, which `needed` has.
  if (version !== null) return [];
  const isOfNode = from === null || from.toLowerCase() === NODE;
  if (library.file === ADDON && isOfNode && NODE_API.has(name)) return [];
  const named = from === null ? undefined : package_.get(path.basename(from));
  // A library that is named and is not in the package is the system's, or `needed` tells of it.
  if (from !== null && named === undefined && from.toLowerCase() !== NODE) return [];
  const places = named === undefined ? neededHere(library, package_) : [named];
  const exporter = places.find(({ exports }) => exports.includes(name));
  if (exporter === undefined) {
    return weak ? [] : [`${library.file} needs ${name}, which nothing in the package has`];
  }
  if (library.file !== ADDON || isAllowedOfLlama(name, library, exporter)) return [];
  return [
    `${library.file} needs ${name} of ${exporter.file}, which is no C function of llama.cpp's`,
  ];
}

/**
 * The libraries of the package that are loaded with one, and with those.
 *
 * @param {Library} library
 * @param {ReadonlyMap<string, Library>} package_
 */
function neededHere(library, package_) {
  const found = new Set([library]);
  for (const each of found) {
    for (const name of each.needed) {
      const needed = package_.get(path.basename(name));
      if (needed !== undefined) found.add(needed);
    }
  }
  found.delete(library);
  return [...found];
}

/** @param {string} name */
function isOfLlama(name) {
  return OF_LLAMA_IN_C.test(name) || OF_LLAMA_IN_CXX.test(name);
}

/**
 * Functions of C++ hand over containers, which are the same in both only if they are built with one C++
 * library, or with two of the same layout, as all of LLVM's are.
 *
 * @param {string} name
 * @param {Library} addon
 * @param {Library} exporter
 */
function isAllowedOfLlama(name, addon, exporter) {
  if (OF_LLAMA_IN_C.test(name)) return true;
  if (!OF_LLAMA_IN_CXX.test(name)) return false;
  const isGnu = exporter.needed.includes("libstdc++.so.6");
  return !isGnu || addon.needed.includes("libstdc++.so.6");
}

/** @param {Library} addon */
function addonProblems({ file, exports, imports }) {
  const registers = exports.includes("napi_register_module_v1");
  const isOfNode = imports.some(({ name }) => NODE_API.has(name));
  return [
    ...(registers ? [] : [`${file} is no addon: it does not export napi_register_module_v1`]),
    ...(isOfNode ? [] : [`${file} is no addon: it takes no function of Node-API`]),
    ...imports
      .filter(({ name }) => EXTERNAL_BUFFERS.includes(name))
      .map(({ name }) => `${file} needs ${name}, which Electron does not allow`),
  ];
}

/**
 * @param {Library} library
 * @param {string} platform
 */
function systemProblems({ file, imports, signed }, platform) {
  const { os, cpu } = platformOf(platform);
  if (os === "darwin" && cpu === "arm64" && !signed) return [`${file} is not signed`];
  return imports
    .filter(({ version }) => isNewer(glibcOf(version), NEWEST_GLIBC))
    .map(
      ({ name, version }) =>
        `${file} needs ${name} of ${version}, newer than ${NEWEST_GLIBC.join(".")}`,
    );
}

/**
 * @param {string | null} version
 * @returns {number[]} empty where it is none of glibc's
 */
function glibcOf(version) {
  return (
    /^GLIBC_([\d.]+)$/
      .exec(version ?? "")?.[1]
      ?.split(".")
      .map(Number) ?? []
  );
}

/** @param {readonly Library[]} libraries */
function newestGlibc(libraries) {
  const versions = libraries.flatMap(({ imports }) =>
    imports.map(({ version }) => glibcOf(version)),
  );
  return `glibc ${newest(versions)}`;
}

/** @param {readonly Library[]} libraries */
function newestMacos(libraries) {
  return `macOS ${newest(libraries.map(({ minimumSystem }) => (minimumSystem ?? "").split(".").map(Number)))}`;
}

/** @param {readonly (readonly number[])[]} versions */
function newest(versions) {
  return versions.reduce((a, b) => (isNewer(b, a) ? b : a), []).join(".");
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function isNewer(a, b) {
  const [major = 0, minor = 0] = a;
  const [otherMajor = 0, otherMinor = 0] = b;
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}
