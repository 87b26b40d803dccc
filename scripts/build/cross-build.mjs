// Builds the addon for another platform than this one.
//
// For Linux by GNU's cross compiler, as llama.cpp hands over containers of libstdc++ there; for macOS and Windows
// by Zig (PyPI's ziglang), which has their system libraries' names with it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { npmPackage, PINNED_RELEASE } from "./llama-packages.mjs";
import { platformOf, THIS_PLATFORM } from "./platforms.mjs";
import { pythonPackage } from "./python-package.mjs";
import { readLibraries } from "./read-libraries.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

/** What CMake calls the systems, and Zig the targets, with the oldest system that they are for. */
const TARGETS = {
  "linux-arm64": { system: "Linux", processor: "aarch64", gnu: "aarch64-linux-gnu" },
  "darwin-arm64": { system: "Darwin", processor: "arm64", zig: "aarch64-macos.11.0" },
  "darwin-x64": { system: "Darwin", processor: "x86_64", zig: "x86_64-macos.11.0" },
  "win32-x64": { system: "Windows", processor: "x86_64", zig: "x86_64-windows-gnu" },
};

/**
 * What ggml had by another name in releases before the pinned one, for the use that is made of it here (in the check
 * of kernels, which are for the pinned release on Linux x64 alone).
 */
const RENAMED = "-Dggml_prec_set_acc=ggml_flash_attn_ext_set_prec";

/**
 * Node has its functions itself, so that they are left open. Elsewhere than on a Mac, CMake takes it for one that
 * knows no paths beside a library.
 */
const MACOS_LINKING = {
  CMAKE_SHARED_LINKER_FLAGS: "-undefined dynamic_lookup -Wl,-rpath,@loader_path",
  CMAKE_INSTALL_NAME_DIR: "@rpath",
  CMAKE_BUILD_WITH_INSTALL_NAME_DIR: "ON",
};

/**
 * @typedef {object} Built
 * @property {string} libraries folder with the addon and llama.cpp's libraries
 * @property {string} build CMake's folder
 */

/**
 * @param {string} platform
 * @param {object} options
 * @param {string} options.release of node-llama-cpp, for its sources and libraries
 * @param {readonly string[]} [options.emulator] runs programs of the platform here, which also builds the C++ tests
 * @returns {Built}
 * @throws PackageMissing where the registry has not the libraries; else with the end of what the build said
 */
export function crossBuild(platform, { release, emulator = [] }) {
  const target = TARGETS[/** @type {keyof typeof TARGETS} */ (platform)];
  if (target === undefined) {
    throw new Error(
      `${platform} can only be built on ${platform}: its kernels need its own compiler`,
    );
  }
  const { prebuilt } = platformOf(platform);
  const libraries = npmPackage(`@node-llama-cpp/${prebuilt}`, release);
  const bins = path.join(libraries, "bins", prebuilt);
  const folder = path.join(ROOT, ".cache/platforms", `${platform}-${release}`);
  const build = path.join(folder, "build");
  mkdirSync(folder, { recursive: true });
  const tools =
    "gnu" in target ? gnuTools(target.gnu) : zigTools(target.zig, path.join(folder, "zig"));
  /** @type {Record<string, string>} */
  const definitions = {
    CMAKE_BUILD_TYPE: "Release",
    CMAKE_SYSTEM_NAME: target.system,
    CMAKE_SYSTEM_PROCESSOR: target.processor,
    CMAKE_CROSSCOMPILING_EMULATOR: emulator.join(";"),
    LAGER_LLAMA: "prebuilt",
    LAGER_TESTS: emulator.length > 0 ? "ON" : "OFF",
    LAGER_NODE_LLAMA: path.join(npmPackage("node-llama-cpp", release), "llama"),
    LAGER_PREBUILT_DIR: bins,
    ...nodeApi(target.system, tools, folder),
    ...(target.system === "Windows" ? importLibraries(bins, tools, folder) : {}),
    ...(release === PINNED_RELEASE ? {} : { CMAKE_CXX_FLAGS: RENAMED }),
    ...tools.definitions,
  };
  const log = path.join(folder, "build.log");
  rmSync(log, { force: true });
  const set = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  cmake(["-S", ROOT, "-B", build, ...set], log);
  cmake(["--build", build, "--parallel", String(availableParallelism())], log);
  return { libraries: path.join(build, "lib"), build };
}

/** @typedef {{definitions: Record<string, string>, zig?: string}} Tools */

/**
 * @param {string} triple
 * @returns {Tools}
 */
function gnuTools(triple) {
  const compiler = `${triple}-g++`;
  if (spawnSync(compiler, ["--version"]).error !== undefined) {
    throw new Error(`${compiler} is not here: apt-get install g++-${triple}`);
  }
  return { definitions: { CMAKE_C_COMPILER: `${triple}-gcc`, CMAKE_CXX_COMPILER: compiler } };
}

/**
 * CMake wants each tool as a program of its own; Zig has them as its first argument.
 *
 * @param {string} target
 * @param {string} folder where they are written
 * @returns {Tools}
 */
function zigTools(target, folder) {
  if (process.platform === "win32") throw new Error(`${THIS_PLATFORM} cannot build for others`);
  const zig = path.join(pythonPackage("ziglang"), "ziglang", "zig");
  const tools = {
    CMAKE_C_COMPILER: ["cc", "-target", target],
    CMAKE_CXX_COMPILER: ["c++", "-target", target],
    CMAKE_AR: ["ar"],
    CMAKE_RANLIB: ["ranlib"],
    CMAKE_RC_COMPILER: ["rc"],
  };
  mkdirSync(folder, { recursive: true });
  /** @type {Record<string, string>} */
  const definitions = {
    // Asked for where macOS is the target, and then not used: paths are right when they are linked.
    CMAKE_INSTALL_NAME_TOOL: "/bin/true",
    ...(target.includes("macos") ? MACOS_LINKING : {}),
  };
  for (const [name, [tool = "", ...leading]] of Object.entries(tools)) {
    const file = path.join(folder, tool);
    writeFileSync(file, `#!/bin/sh\nexec "${zig}" ${[tool, ...leading].join(" ")} "$@"\n`);
    chmodSync(file, 0o755);
    definitions[name] = file;
  }
  return { definitions, zig };
}

/**
 * Node's headers, and on Windows its functions' import library.
 *
 * @param {string} system
 * @param {Tools} tools
 * @param {string} folder
 */
function nodeApi(system, tools, folder) {
  /** @type {{include_dir: string, def_paths: Record<string, string>}} */
  const { include_dir: headers, def_paths: definitions } = require("node-api-headers");
  const ofCxx = path.dirname(require.resolve("node-addon-api"));
  /** @type {Record<string, string>} */
  const set = { CMAKE_JS_INC: `${headers};${ofCxx}` };
  if (system === "Windows") {
    const libraries = Object.values(definitions).map((file) => {
      const library = path.join(folder, `${path.basename(file, ".def")}.lib`);
      makeImportLibrary(tools, "node.exe", file, library);
      return library;
    });
    set.CMAKE_JS_LIB = libraries.join(";");
  }
  return set;
}

/**
 * node-llama-cpp's package for Windows has none.
 *
 * @param {string} bins
 * @param {Tools} tools
 * @param {string} folder
 */
function importLibraries(bins, tools, folder) {
  const dlls = readdirSync(bins).filter((name) =>
    /^(llama|ggml|ggml-base)\b(?!-).*\.dll$/.test(name),
  );
  const made = readLibraries(dlls.map((name) => path.join(bins, name))).map(({ file, exports }) => {
    const definitions = path.join(folder, `${file}.def`);
    writeFileSync(definitions, `LIBRARY "${file}"\nEXPORTS\n${exports.join("\n")}\n`);
    const library = path.join(folder, `${file}.lib`);
    makeImportLibrary(tools, file, definitions, library);
    return library;
  });
  return { LAGER_IMPORT_LIBRARIES: made.join(";") };
}

/**
 * @param {Tools} tools
 * @param {string} dll
 * @param {string} definitions
 * @param {string} library
 */
function makeImportLibrary({ zig = "" }, dll, definitions, library) {
  execFileSync(zig, ["dlltool", "-m", "i386:x86-64", "-D", dll, "-d", definitions, "-l", library]);
}

/**
 * @param {string[]} args
 * @param {string} log what it says is added to this file
 */
function cmake(args, log) {
  const { status, error, stdout, stderr } = spawnSync("cmake", args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const said = `${stdout ?? ""}${stderr ?? ""}`;
  writeFileSync(log, said, { flag: "a" });
  if (status === 0) return;
  const end = (error?.message ?? said).trimEnd().split("\n").slice(-20).join("\n");
  throw new Error(`the build failed; all it said is in ${log}:\n${end}`);
}

/**
 * llama.cpp's licence, of the sources that a build has taken apart.
 *
 * @param {string} build
 * @returns {string}
 */
export function llamaLicense(build) {
  const sources = readdirSync(build).find((name) => name.startsWith("llama.cpp-"));
  const file = path.join(build, sources ?? "llama.cpp", "LICENSE");
  if (!existsSync(file)) throw new Error(`${file} is not there: npm run build:native`);
  return file;
}
