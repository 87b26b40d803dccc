// Tries records that are made to talk to the judge, over several vocabularies.
//
//     npm run injections -- [--count 8000] [--seed 1]
//
// Prints a table. Exit code 1 when a special token came of a record's text. Needs the built package
// and the generated models of the C++ tests (`npm run test:cpp`).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseRecord } from "../../../dist/input/dataset/parse-record.js";
import { parseTask } from "../../../dist/input/task/parse-task.js";
import { loadJudge } from "../../../dist/judge/judge.js";
import { JudgeTask } from "../../../dist/judge/judge-task.js";
import { fooledBpe, fooledSpm, writeFooledGguf } from "./fooled-gguf.mjs";
import { tryInjections } from "./try-injections.mjs";

const FIXTURES = fileURLToPath(new URL("../../../build/fixtures/", import.meta.url));
const { values } = parseArgs({
  options: { count: { type: "string", default: "8000" }, seed: { type: "string", default: "1" } },
});
const folder = mkdtempSync(path.join(tmpdir(), "lager-injections-"));
let forged = 0;
try {
  const judges = {
    "SPM, made to be fooled": fooled("spm", fooledSpm()),
    "BPE, made to be fooled": fooled("bpe", fooledBpe("default")),
    "BPE that takes words whole, made to be fooled": fooled("words", fooledBpe("llama-bpe")),
    "SPM (llama)": path.join(FIXTURES, "llama-spm-untied.gguf"),
    "BPE (llama)": path.join(FIXTURES, "llama-bpe-untied.gguf"),
    "BPE (qwen2)": path.join(FIXTURES, "qwen2-bpe.gguf"),
    "SPM (gemma)": path.join(FIXTURES, "gemma3-window.gguf"),
    "BPE (command-r)": path.join(FIXTURES, "command-r-logit-scale.gguf"),
  };
  const each = Math.ceil(Number(values.count) / Object.keys(judges).length);
  console.log("| vocabulary | tried | would forge | cut out | refused | forged |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, file] of Object.entries(judges)) {
    const judge = await loadJudge(file, { gpu: "off", threads: 1, isolation: "none" });
    const counts = await tryInjections(
      { tokenizer: judge.engine, open: (task) => opened(judge, task) },
      { count: each, seed: Number(values.seed) },
    );
    await judge.dispose();
    forged += counts.forged.length;
    const { tried, wouldForge, cut, refused } = counts;
    console.log(`| ${[name, tried, wouldForge, cut, refused, counts.forged.length].join(" | ")} |`);
    for (const one of counts.forged.slice(0, 3)) console.error(JSON.stringify(one));
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = forged === 0 ? 0 : 1;

/**
 * @param {import("../../../dist/judge/judge.js").Judge} judge
 * @param {Record<string, unknown>} object
 */
function opened(judge, object) {
  const task = parseTask(object);
  const judgeTask = new JudgeTask(judge.engine, judge.chatTemplate, task);
  const [criterion] = task.criteria;
  if (criterion === undefined) throw new Error("a task without criteria");
  return (/** @type {Record<string, unknown>} */ record) =>
    judgeTask.prompt(criterion, parseRecord(record, task, 1));
}

/**
 * @param {string} name
 * @param {import("./fooled-gguf.mjs").Vocabulary} vocabulary
 */
function fooled(name, vocabulary) {
  const file = path.join(folder, `${name}.gguf`);
  writeFooledGguf(file, vocabulary);
  return file;
}
