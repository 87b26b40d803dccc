// Checks that imports run in one direction: each floor of src/ names the floors that it stands on.
// `node scripts/check/floors.mjs [ROOT]`; ROOT is the repository by default.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The floors of src/, from the ground up, each with those that it may import.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const FLOORS = {
  base: [],
  input: ["base"],
  scoring: ["base", "input"],
  run: ["base", "input", "scoring"],
  analysis: ["base", "input", "scoring", "run"],
  engine: ["base", "input"],
  judge: ["base", "input", "scoring", "run", "engine"],
  workflows: ["base", "input", "scoring", "run", "analysis", "engine", "judge"],
  present: ["base", "input", "scoring", "run", "analysis"],
  browser: ["base", "input", "scoring", "run", "analysis", "present"],
  adapters: ["base", "input", "scoring", "engine", "judge", "workflows"],
  cli: ["base", "input", "scoring", "run", "analysis", "engine", "judge", "workflows", "present"],
};

/**
 * Rooms of a floor, each of which may import those before it.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const ROOMS = {
  input: ["task", "dataset", "prompt", "tokens"],
  scoring: ["weights", "distribution", "score"],
  analysis: ["stats", "tune", "eval", "rating", "compare"],
  engine: ["models", "plan", "addon", "process", "native"],
};

/** What presenting may see of a workflow: the type of its result. */
const RESULT_OF_A_WORKFLOW = /^workflows\/[^/]+\/result\.ts$/;

/** After the run file, nothing touches the model: not these floors, not what they import. */
const OFF_THE_MODEL = ["run", "analysis", "present", "browser"];
const TOUCHES_THE_MODEL = ["engine", "judge"];

/** Headers that tie native code to Node. */
const NODE_HEADERS = Object.fromEntries(
  ["napi.h", "napi-inl.h", "node_api.h", "js_native_api.h", "node.h", "v8.h", "uv.h"].map(
    (header) => [header, "Node stays in native/addon"],
  ),
);

/**
 * The folders of native/ that libraries are built of, with those that each may include of the others.
 *
 * @type {Record<string, { below: string[], closed: Record<string, string> }>}
 */
const NATIVE = {
  base: { below: [], closed: { ...NODE_HEADERS, "llama.h": "it knows ggml only" } },
  core: { below: ["base"], closed: NODE_HEADERS },
  kernels: { below: ["base"], closed: { ...NODE_HEADERS, "llama.h": "it knows ggml only" } },
  addon: { below: ["base", "core", "kernels"], closed: {} },
};

const root = path.resolve(process.argv[2] ?? fileURLToPath(new URL("../..", import.meta.url)));
const source = path.join(root, "src");
const native = path.join(root, "native");

/** @type {string[]} */
const complaints = [];
const files = existsSync(source) ? sourceFiles(source) : [];
if (files.length === 0) complaints.push("src: there is no TypeScript in it to check");
/** @typedef {{line: number, target: string}} Import */

/** @type {Map<string, Import[]>} path of a file → what it imports */
const importsOf = new Map(files.map((file) => [file, importsIn(file)]));

for (const file of files) checkPlace(file);
for (const [file, imports] of importsOf) {
  for (const { line, target } of imports) checkImport(file, line, target);
}
for (const file of files) {
  if (OFF_THE_MODEL.includes(floorOf(file))) checkKeepsOffTheModel(file);
}
const nativeFiles = checkNative();

if (complaints.length > 0) {
  for (const complaint of complaints) console.error(complaint);
  console.error(`floors: ${complaints.length} violation${complaints.length === 1 ? "" : "s"}`);
  process.exit(1);
}
const importCount = [...importsOf.values()].reduce((sum, imports) => sum + imports.length, 0);
console.log(
  `floors: ${files.length} files with ${importCount} relative imports and ${nativeFiles} native core files are in order`,
);

/**
 * A file of src/ lies on a floor, and in one of its rooms where it has rooms; or it is index.ts.
 *
 * @param {string} file
 */
function checkPlace(file) {
  const [floor, room, ...rest] = partsOf(file);
  if (floor === "index.ts") return;
  if (room === undefined) {
    complain(file, 1, "only index.ts lies in src itself: move it onto a floor");
  } else if (!Object.hasOwn(FLOORS, floor)) {
    complain(file, 1, `src/${floor} is no floor that scripts/check/floors.mjs knows`);
  } else if (rest.length > 0 && ROOMS[floor]?.includes(room) === false) {
    complain(file, 1, `src/${floor}/${room} is no room that scripts/check/floors.mjs knows`);
  }
}

/**
 * @param {string} file
 * @param {number} line
 * @param {string} target
 */
function checkImport(file, line, target) {
  const [from, fromRoom] = partsOf(file);
  const [to, toRoom] = partsOf(target);
  if (to === "..") {
    // Data and the built addon may lie elsewhere; code may not.
    if (!/\.(json|node)$/.test(target)) {
      complain(file, line, `${from} imports ${shown(target)}, which lies outside src`);
    }
  } else if (to === "index.ts") {
    complain(file, line, `${from} imports index.ts: the public API is for users alone`);
  } else if (from === "index.ts") {
    return;
  } else if (from === to) {
    const rooms = ROOMS[from] ?? [];
    const ownPlace = rooms.indexOf(fromRoom ?? "");
    if (ownPlace >= 0 && rooms.indexOf(toRoom ?? "") > ownPlace) {
      complain(file, line, `${from}/${fromRoom} imports ${from}/${toRoom}, a later room`);
    }
  } else if (from === "present" && to === "workflows") {
    if (!RESULT_OF_A_WORKFLOW.test(belowSource(target))) {
      complain(
        file,
        line,
        `present imports ${shown(target)}: of a workflow it sees result.ts alone`,
      );
    }
  } else if (Object.hasOwn(FLOORS, from) && FLOORS[from]?.includes(to) === false) {
    complain(file, line, `${from} imports ${to}, which it does not stand on`);
  }
}

/**
 * Follows the imports of a file, and names the way by which the model would be reached.
 *
 * @param {string} start
 */
function checkKeepsOffTheModel(start) {
  const ways = new Map([[start, [shown(start)]]]);
  for (const [file, way] of ways) {
    for (const { line, target } of importsOf.get(file) ?? []) {
      if (ways.has(target)) continue;
      const longer = [...way, shown(target)];
      if (TOUCHES_THE_MODEL.includes(floorOf(target))) {
        const steps = longer.join(" → ");
        complain(
          file,
          line,
          `${floorOf(start)} reaches ${floorOf(target)} (${steps}): nothing after the run file touches the model`,
        );
      } else {
        ways.set(target, longer);
      }
    }
  }
}

/** A folder of native/ includes nothing of those that it does not stand on. Returns the number of core files. */
function checkNative() {
  for (const [folder, { below, closed }] of Object.entries(NATIVE)) {
    for (const file of filesBelow(path.join(native, folder))) {
      for (const [i, text] of readFileSync(file, "utf8").split("\n").entries()) {
        const header = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(text)?.[1];
        if (header === undefined) continue;
        const refused = closed[path.posix.basename(header)];
        if (refused !== undefined) {
          complain(file, i + 1, `native/${folder} includes ${header}: ${refused}`);
        }
        const from = nativeFolderOf(file, header);
        if (from !== undefined && from !== folder && !below.includes(from)) {
          complain(file, i + 1, `native/${folder} includes ${header}, of native/${from}`);
        }
      }
    }
  }
  const core = filesBelow(path.join(native, "core"));
  if (core.length === 0) complaints.push("native/core: there is nothing in it to check");
  return core.length;
}

/**
 * Folder of native/ that holds a header, written from native/ on or relative to the file.
 *
 * @param {string} file
 * @param {string} header
 */
function nativeFolderOf(file, header) {
  for (const start of [native, path.dirname(file)]) {
    const target = path.resolve(start, header);
    if (existsSync(target) && target.startsWith(native + path.sep)) {
      return path.relative(native, target).split(path.sep)[0];
    }
  }
  return undefined;
}

/**
 * Relative imports of a file: static, re-exporting, type and dynamic ones, `require` and
 * `new URL(…, import.meta.url)` of code. Also complains of imports that cannot be followed.
 *
 * The text is searched as it is: an import in a comment counts too, so that no string or regular
 * expression that looks like a comment can hide one.
 *
 * @param {string} file
 * @returns {Import[]}
 */
function importsIn(file) {
  const text = readFileSync(file, "utf8");
  /** @type {Import[]} */
  const found = [];
  const relative =
    /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bnew\s+URL\s*\(\s*)(["'`])(\.{1,2}(?:\/[^"'`\n]*)?)\1/g;
  for (const match of text.matchAll(relative)) {
    const target = path.resolve(path.dirname(file), match[2] ?? "");
    if (match[0].startsWith("new") && !/\.[cm]?[jt]sx?$/.test(target)) continue;
    found.push({ line: lineAt(text, match.index), target });
  }
  for (const match of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(["'`])lager-judge\1/g)) {
    if (inComment(text, match.index)) continue;
    complain(file, lineAt(text, match.index), "imports the package by its name: import the file");
  }
  for (const match of text.matchAll(/\bimport\s*\(\s*(?:[^\s"'`]|`[^`]*\$\{)/g)) {
    if (inComment(text, match.index)) continue;
    complain(file, lineAt(text, match.index), "imports a computed path, which cannot be checked");
  }
  return found;
}

/**
 * Whether the line is one of a comment, as the formatter lays them out.
 *
 * @param {string} text
 * @param {number} index
 */
function inComment(text, index) {
  const start = text.lastIndexOf("\n", index) + 1;
  return /^\s*(\/\/|\/?\*)/.test(text.slice(start, index));
}

/**
 * @param {string} text
 * @param {number} index
 */
function lineAt(text, index) {
  return text.slice(0, index).split("\n").length;
}

/**
 * First part of a path below src/: the floor, or the file at its root.
 *
 * @param {string} file
 */
function floorOf(file) {
  return partsOf(file)[0];
}

/** @param {string} file */
function partsOf(file) {
  const [floor = "", ...rest] = belowSource(file).split("/");
  return /** @type {const} */ ([floor, ...rest]);
}

/** @param {string} file */
function belowSource(file) {
  return path.relative(source, file).split(path.sep).join("/");
}

/** @param {string} folder */
function sourceFiles(folder) {
  return filesBelow(folder).filter((file) => /\.[cm]?[jt]sx?$/.test(file));
}

/** @param {string} folder */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** @param {string} file */
function shown(file) {
  return path.relative(root, file).split(path.sep).join("/");
}

/**
 * @param {string} file
 * @param {number} line
 * @param {string} message
 */
function complain(file, line, message) {
  complaints.push(`${shown(file)}:${line}: ${message}`);
}
