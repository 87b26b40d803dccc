import { describe, expect, it } from "vitest";
import { describeLibraries, problemsOf } from "../../../scripts/build/check-libraries.mjs";
import type { Import, Library } from "../../../scripts/build/read-libraries.mjs";

/** How the libraries of a system are named, and what they say of each other. */
interface System {
  readonly of: Pick<Library, "format" | "searchPaths" | "signed" | "minimumSystem">;
  readonly name: (part: string) => string;
  /** Where a symbol of a library, or of Node, is said to come from. */
  readonly from: (library: string | null) => string | null;
  readonly own: readonly string[];
}

const LINUX: System = {
  of: { format: "ELF", searchPaths: ["$ORIGIN:"], signed: false, minimumSystem: null },
  name: (part) => `lib${part}.so`,
  from: () => null,
  own: ["libstdc++.so.6", "libc.so.6"],
};
const MACOS: System = {
  of: { format: "Mach-O", searchPaths: ["@loader_path"], signed: true, minimumSystem: "11.0" },
  name: (part) => `lib${part}.dylib`,
  from: (library) => library && `@rpath/${library}`,
  own: ["/usr/lib/libSystem.B.dylib"],
};
const WINDOWS: System = {
  of: { format: "PE", searchPaths: [], signed: false, minimumSystem: null },
  name: (part) => `${part}.dll`,
  from: (library) => library ?? "node.exe",
  own: ["KERNEL32.dll", "api-ms-win-crt-heap-l1-1-0.dll"],
};

const SYSTEMS: Readonly<Record<string, System>> = {
  "linux-x64": LINUX,
  "linux-arm64": LINUX,
  "darwin-arm64": MACOS,
  "darwin-x64": MACOS,
  "win32-x64": WINDOWS,
};

function symbol(name: string, more: Partial<Import> = {}): Import {
  return { name, from: null, version: null, weak: false, ...more };
}

/** A package as it should be. */
function wholePackage(platform: string): Library[] {
  const { of, name, from, own } = SYSTEMS[platform] as System;
  const library = (file: string, more: Partial<Library>): Library => ({
    file,
    ...of,
    processor: platform.split("-")[1] as string,
    needed: own,
    imports: [],
    exports: [],
    ...more,
  });
  const needing = (...parts: string[]) => [
    ...parts.map((part) => from(name(part)) ?? name(part)),
    ...own,
  ];
  return [
    library("lager.node", {
      needed: [...needing("llama", "ggml-base"), ...(platform === "win32-x64" ? ["node.exe"] : [])],
      imports: [
        symbol("napi_create_object", { from: from(null) }),
        symbol("llama_decode", { from: from(name("llama")) }),
        symbol("ggml_init", { from: from(name("ggml-base")) }),
      ],
      exports: ["napi_register_module_v1"],
    }),
    library(name("llama"), { needed: needing("ggml", "ggml-base"), exports: ["llama_decode"] }),
    library(name("ggml"), { needed: needing("ggml-base") }),
    library(name("ggml-base"), { exports: ["ggml_init", "ggml_free"] }),
    library(name("ggml-cpu"), {
      needed: needing("ggml-base"),
      imports: [symbol("ggml_free", { from: from(name("ggml-base")) })],
      exports: ["ggml_backend_init"],
    }),
  ];
}

/** The same with one library changed. */
function changed(
  platform: string,
  file: string,
  change: (library: Library) => Partial<Library>,
): Library[] {
  const libraries = wholePackage(platform);
  expect(libraries.map((library) => library.file)).toContain(file);
  return libraries.map((each) => (each.file === file ? { ...each, ...change(each) } : each));
}

describe.each(Object.keys(SYSTEMS))("a package for %s", (platform) => {
  const { name, from } = SYSTEMS[platform] as System;

  it("is what it says, if all its libraries are", () => {
    expect(problemsOf(wholePackage(platform), platform)).toEqual([]);
  });

  it("is none for any other", () => {
    for (const other of Object.keys(SYSTEMS)) {
      if (other !== platform) expect(problemsOf(wholePackage(platform), other)).not.toEqual([]);
    }
  });

  it.each(["lager.node", name("llama"), name("ggml"), name("ggml-base"), name("ggml-cpu")])(
    "lacks %s, if that is not there",
    (file) => {
      const rest = wholePackage(platform).filter((library) => library.file !== file);
      expect(problemsOf(rest, platform)).toContainEqual(expect.stringContaining("is missing"));
    },
  );

  it("has each symbol that a library takes of another", () => {
    const libraries = changed(platform, name("ggml-base"), () => ({ exports: ["ggml_init"] }));
    expect(problemsOf(libraries, platform)).toEqual([
      `${name("ggml-cpu")} needs ggml_free, which nothing in the package has`,
    ]);
  });

  it("needs no library that nobody brings", () => {
    const libraries = changed(platform, name("ggml-cpu"), ({ needed }) => ({
      needed: [...needed, "libcuda.so.1"],
    }));
    expect(problemsOf(libraries, platform)).toEqual([
      `${name("ggml-cpu")} needs libcuda.so.1, which is not in the package`,
    ]);
  });

  it("has an addon that makes no buffers over memory of its own", () => {
    const libraries = changed(platform, "lager.node", ({ imports }) => ({
      imports: [...imports, symbol("napi_create_external_buffer", { from: from(null) })],
    }));
    expect(problemsOf(libraries, platform)).toEqual([
      "lager.node needs napi_create_external_buffer, which Electron does not allow",
    ]);
  });

  it.each(["uv_loop_init", "node_api_create_syntax_error"])(
    "has an addon that takes %s of nobody: it is not in its version of Node-API",
    (strange) => {
      const libraries = changed(platform, "lager.node", ({ imports }) => ({
        imports: [...imports, symbol(strange, { from: from(null) })],
      }));
      expect(problemsOf(libraries, platform)).toEqual([
        `lager.node needs ${strange}, which nothing in the package has`,
      ]);
    },
  );

  it("has an addon that takes functions of C alone", () => {
    const strange = "_ZN5llama5thingEv";
    const library = from(name("llama"));
    const libraries = changed(platform, "lager.node", ({ imports }) => ({
      imports: [...imports, symbol(strange, { from: library })],
    })).map((each) =>
      each.file === name("llama") ? { ...each, exports: [...each.exports, strange] } : each,
    );
    expect(problemsOf(libraries, platform)).toEqual([
      `lager.node needs ${strange} of ${name("llama")}, which is no C function of llama.cpp's`,
    ]);
  });

  it("has an addon that registers itself", () => {
    const libraries = changed(platform, "lager.node", () => ({ exports: [] }));
    expect(problemsOf(libraries, platform)).toEqual([
      "lager.node is no addon: it does not export napi_register_module_v1",
    ]);
  });
});

it("a file that is no library is said to be none, and a foreign one whose it is", () => {
  const text = changed("linux-x64", "libggml.so", () => ({ format: null, processor: "unknown" }));
  expect(problemsOf(text, "linux-x64")).toEqual(["libggml.so is no library, not ELF for x64"]);
  const foreign = changed("linux-x64", "libggml.so", () => ({ processor: "arm64" }));
  expect(problemsOf(foreign, "linux-x64")).toEqual([
    "libggml.so is ELF for arm64, not ELF for x64",
  ]);
});

describe("on Linux", () => {
  it.each([["musl's", "libc.musl-x86_64.so.1"]])(
    "libraries of %s C library are refused",
    (_, name) => {
      const libraries = changed("linux-x64", "libllama.so", ({ needed }) => ({
        needed: [...needed, name],
      }));
      expect(problemsOf(libraries, "linux-x64")).toEqual([
        `libllama.so needs ${name}, which is not in the package`,
      ]);
    },
  );

  it("a library that does not look beside itself is refused", () => {
    const libraries = changed("linux-x64", "lager.node", () => ({
      searchPaths: ["/usr/local/lib"],
    }));
    expect(problemsOf(libraries, "linux-x64")).toEqual([
      "lager.node needs libllama.so, but does not look for it in its own folder",
      "lager.node needs libggml-base.so, but does not look for it in its own folder",
    ]);
  });

  it("glibc may be as new as that of the oldest Linux that a package is for, and no newer", () => {
    const needing = (version: string) =>
      changed("linux-x64", "libllama.so", () => ({ imports: [symbol("fmod", { version })] }));
    expect(problemsOf(needing("GLIBC_2.34"), "linux-x64")).toEqual([]);
    expect(problemsOf(needing("GLIBC_2.4"), "linux-x64")).toEqual([]);
    expect(problemsOf(needing("GLIBC_2.38"), "linux-x64")).toEqual([
      "libllama.so needs fmod of GLIBC_2.38, newer than 2.34",
    ]);
  });

  it("a symbol that may be missing is missed by nobody", () => {
    const libraries = changed("linux-x64", "libllama.so", () => ({
      imports: [symbol("__gmon_start__", { weak: true })],
    }));
    expect(problemsOf(libraries, "linux-x64")).toEqual([]);
  });

  it("a C++ function of llama.cpp's is called with its own C++ library, or not at all", () => {
    const name = "_Z26llama_get_memory_breakdownPK13llama_context";
    const libraries = changed("linux-x64", "lager.node", ({ imports }) => ({
      imports: [...imports, symbol(name)],
    })).map((each) =>
      each.file === "libllama.so" ? { ...each, exports: [name, "llama_decode"] } : each,
    );
    expect(problemsOf(libraries, "linux-x64")).toEqual([]);
    const withAnother = libraries.map((each) =>
      each.file === "lager.node"
        ? { ...each, needed: each.needed.filter((needed) => needed !== "libstdc++.so.6") }
        : each,
    );
    expect(problemsOf(withAnother, "linux-x64")).toEqual([
      `lager.node needs ${name} of libllama.so, which is no C function of llama.cpp's`,
    ]);
  });
});

it("on macOS for arm64, libraries are signed, be it ad hoc", () => {
  const unsigned = (platform: string) =>
    problemsOf(
      changed(platform, "libggml.dylib", () => ({ signed: false })),
      platform,
    );
  expect(unsigned("darwin-arm64")).toEqual(["libggml.dylib is not signed"]);
  expect(unsigned("darwin-x64")).toEqual([]);
});

it("what a package was found to be is said in a line", () => {
  const newer = changed("linux-x64", "libllama.so", () => ({
    imports: [symbol("a", { version: "GLIBC_2.4" }), symbol("b", { version: "GLIBC_2.17" })],
  }));
  expect(describeLibraries(newer, "linux-x64")).toBe(
    "5 libraries, each ELF for x64; the addon takes 1 functions of Node-API and 2 of llama.cpp, which are " +
      "all there; glibc 2.17 or newer",
  );
  expect(describeLibraries(wholePackage("darwin-x64"), "darwin-x64")).toMatch(
    /macOS 11\.0 or newer$/,
  );
  expect(describeLibraries(wholePackage("win32-x64"), "win32-x64")).toMatch(/all there$/);
});
