// The table of the chat templates that llama.cpp ships: behind what each judge's answer begins.
//
//     npm run templates
//
// Writes docs/measurements/chat-templates.md. The templates are read from llama.cpp's sources, which
// `npm run build:native` unpacks into build/; nothing of them is kept in this repository.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import stringWidth from "string-width";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The page with the table. */
export const PAGE = path.join(ROOT, "docs/measurements/chat-templates.md");
const BEGIN = "<!-- table: npm run templates -->\n";
const END = "<!-- end of the table -->\n";

/** Characters of a start that a cell shows: the last ones. */
const SHOWN = 42;

/** @typedef {import("../../src/input/prompt/chat-template.ts").ChatTemplate} ChatTemplate */

/** The folder of llama.cpp's sources, as they are built here. */
export function llamaSources() {
  const info = path.join(ROOT, "node_modules/node-llama-cpp/llama/llama.cpp.info.json");
  const { tag } = JSON.parse(readFileSync(info, "utf8"));
  return path.join(ROOT, `build/llama.cpp-${tag}`);
}

/**
 * The templates of the llama.cpp that is built here, by name.
 *
 * @returns {Map<string, string>}
 */
export function shippedTemplates() {
  const folder = path.join(llamaSources(), "models/templates");
  const files = readdirSync(folder).filter((file) => file.endsWith(".jinja"));
  return new Map(
    files.sort().map((file) => [file.slice(0, -6), readFileSync(path.join(folder, file), "utf8")]),
  );
}

/** Why a start is not the generation prompt as it is. */
const REASONS = {
  "generation prompt": "",
  "rendered answer": "as the template writes answers",
  "empty thoughts": "thoughts closed, as the template does",
  "cut thoughts": "thoughts closed; a notice says so",
};

/**
 * @param {ReadonlyMap<string, string>} templates
 * @param {(source: string) => Pick<ChatTemplate, "opening">} open
 */
export function templateTable(templates, open) {
  const rows = [...templates].map(([name, source]) => {
    const { opening, from } = open(source).opening();
    return [name, code(opening), REASONS[from]];
  });
  const cells = [["template", "the answer begins behind", "changed"], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => stringWidth(row[column] ?? ""))),
  );
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - stringWidth(cell))).join(" | ")} |`;
  const [head = [], ...body] = cells;
  const rule = widths.map((width) => "-".repeat(width));
  return `${[head, rule, ...body].map(line).join("\n")}\n`;
}

/** @param {string} text */
function code(text) {
  const shown = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  const characters = [...shown];
  const cut = characters.length > SHOWN ? `…${characters.slice(-SHOWN).join("")}` : shown;
  // A bar ends a cell, in code too.
  return cut === "" ? "the user's turn" : `\`${cut.replaceAll("|", "\\|")}\``;
}

/**
 * The page with another table on it.
 *
 * @param {string} page
 * @param {string} table
 */
export function withTable(page, table) {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} has no place for the table`);
  return before + BEGIN + table + END + after;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ChatTemplate } = await import("../../dist/input/prompt/chat-template.js");
  const tokens = { bosToken: "<s>", eosToken: "</s>" };
  const table = templateTable(shippedTemplates(), (source) => new ChatTemplate(source, tokens));
  const page = readFileSync(PAGE, "utf8");
  writeFileSync(PAGE, withTable(page, table));
  console.log(PAGE);
}
