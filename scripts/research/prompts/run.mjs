// Scores Topical-Chat with every prompt of the study: `JUDGE-ARM.jsonl` in a folder, where a stopped
// run goes on. `compare.mjs` makes the tables of it.
//
//     npm run build && node scripts/research/prompts/run.mjs topical_chat.json FOLDER
//       [--judge qwen2.5-coder-1.5b] [--arms rating,questions] [--first 61] [--last 360] [--threads 1]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { scoreArm } from "./score-arm.mjs";
import { studyRecords, taskVariants } from "./variants.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    judge: { type: "string", default: "qwen2.5-coder-1.5b" },
    arms: { type: "string" },
    first: { type: "string", default: "61" },
    last: { type: "string", default: "360" },
    threads: { type: "string", default: "1" },
  },
});
const [data, folder] = positionals;
if (data === undefined || folder === undefined) throw new Error("give the data and a folder");
const root = path.join(import.meta.dirname, "../../..");
await mkdir(folder, { recursive: true });

const records = JSON.parse(await readFile(data, "utf8"));
const first = Number(values.first);
const input = path.join(folder, "records.json");
await writeFile(
  input,
  JSON.stringify(studyRecords(records.slice(first - 1, Number(values.last)), first)),
);

const variants = await taskVariants(path.join(root, "data/tasks/topical-chat.yaml"));
for (const arm of values.arms?.split(",") ?? variants.keys()) {
  const task = path.join(folder, `${arm}.yaml`);
  await writeFile(task, stringify(variants.get(arm)));
  scoreArm({ input, task, arm, folder, judge: values.judge, threads: values.threads });
}
