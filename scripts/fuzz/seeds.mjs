// Small valid files that cases begin with, all made here: a judge, an adapter, data, a run with
// hidden states, weights.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { formatWeights, scoreData, tuneRuns } from "../../dist/index.js";
import { encodeGguf, tinyAdapter, tinyGguf } from "./gguf.mjs";
import { Random } from "./random.mjs";

export const TASK = {
  name: "tiny",
  description: "You grade a response.",
  scale: { min: 1, max: 5 },
  criteria: [
    { name: "clarity", description: "Is it clear?", anchors: { 1: "no", 5: "yes" } },
    { name: "depth", description: "Is it deep?" },
  ],
  prompt: "{{ instruction | trim }}\n{{ response }}\n{{ criterion.name }}: {{ outputFormat }}",
  answerPrefix: "score: ",
};

export const RECORDS = Array.from({ length: 24 }, (_, i) => ({
  id: `r${i}`,
  instruction: `Say ${i}.`,
  response: "ab".repeat(1 + (i % 5)),
  human: { clarity: 1 + (i % 5), depth: 5 - (i % 4) },
  system: `s${i % 3}`,
}));

/** How a judge is loaded here: on the CPU and one thread. */
export const LOADING = /** @type {const} */ ({ gpu: "off", threads: 1, contextSize: 1024 });

/**
 * Files of the seeds, made where they are not there yet.
 *
 * @param {string} folder
 */
export async function seedFiles(folder) {
  const at = (/** @type {string} */ name) => path.join(folder, "seeds", name);
  const files = {
    judge: at("judge.gguf"),
    adapter: at("adapter.gguf"),
    task: at("task.json"),
    data: at("data.jsonl"),
    run: at("run.jsonl"),
    hidden: at("run.hidden.safetensors"),
    weights: at("weights.json"),
    csv: at("data.csv"),
    json: at("data.json"),
    parquet: at("data.parquet"),
    ratings: at("ratings.jsonl"),
  };
  if (existsSync(at("done"))) return files;
  mkdirSync(at(""), { recursive: true });
  writeFileSync(files.judge, encodeGguf(tinyGguf(new Random("judge"))));
  writeFileSync(files.adapter, encodeGguf(tinyAdapter(new Random("adapter"))));
  writeFileSync(files.task, JSON.stringify(TASK));
  writeFileSync(files.data, RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(""));
  writeFileSync(files.json, JSON.stringify(RECORDS));
  const rows = RECORDS.map(({ id, instruction, response }) => [id, instruction, response]);
  const header = ["id", "instruction", "response"];
  writeFileSync(files.csv, [header, ...rows].map((cells) => `${cells.join(",")}\r\n`).join(""));
  const columnData = header.map((name, i) => ({ name, data: rows.map((row) => row[i]) }));
  writeFileSync(files.parquet, Buffer.from(parquetWriteBuffer({ columnData })));
  const raters = ["anna", "ben"].flatMap((rater, r) =>
    RECORDS.map(({ id }, i) => ({ id, criterion: "clarity", human: 1 + ((i + r) % 5), rater })),
  );
  writeFileSync(files.ratings, raters.map((rating) => `${JSON.stringify(rating)}\n`).join(""));
  await scoreData(files.data, {
    ...LOADING,
    ...{ judge: files.judge, task: files.task, output: files.run, hidden: "all", force: true },
  });
  const weights = await tuneRuns([files.run], { recipe: "ridge", allowWorse: true });
  writeFileSync(files.weights, formatWeights(weights));
  writeFileSync(at("done"), readFileSync(files.task));
  return files;
}
