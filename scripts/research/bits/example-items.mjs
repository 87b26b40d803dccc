// Items of the bundled example: as they are, and long ones that are several of them joined.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const EXAMPLE = new URL("../../../examples/", import.meta.url);

/** The example's task file. */
export const EXAMPLE_TASK = fileURLToPath(new URL("quickstart.yaml", EXAMPLE));

/** The example's data set. */
export const EXAMPLE_DATA = fileURLToPath(new URL("quickstart.jsonl", EXAMPLE));

/** @typedef {{id: string, instruction: string, response: string}} ExampleItem */

/**
 * `long` items of more than 512 tokens, which take several ubatches at any batch size up to that,
 * and `short` ones, whose responses are cut to `words` words.
 *
 * @param {{long: number, short: number, words: number}} counts
 * @returns {Promise<ExampleItem[]>}
 */
export async function exampleItems({ long, short, words }) {
  const lines = (await readFile(EXAMPLE_DATA, "utf8")).trim().split("\n");
  /** @type {ExampleItem[]} */
  const examples = lines.map((line) => JSON.parse(line));
  const items = [];
  for (let i = 0; i < long; i++) {
    const start = (i * 5) % examples.length;
    const turned = [...examples.slice(start), ...examples.slice(0, start)];
    items.push({
      id: `long-${i}`,
      instruction: turned[0]?.instruction ?? "",
      response: turned.map(({ response }) => response).join("\n\n"),
    });
  }
  for (const { id, instruction, response } of examples.slice(0, short)) {
    items.push({ id, instruction, response: response.split(" ").slice(0, words).join(" ") });
  }
  return items;
}
