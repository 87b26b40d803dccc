import { once } from "node:events";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { SeededDraw } from "../../research/bits/seeded-draw.mjs";

const LAYERS = 30;
const VALUES = [1, 2, 3, 4, 5];
const CRITERIA = ["clarity", "depth", "tone", "truth"];
/** So many different captures; lines beyond share them with other ids. */
const CAPTURES = 5000;

/**
 * Writes a run file of made-up lines: layers know more and more of the human score, and the last ones a
 * little less. The data that it names lies beside it: the texts.
 *
 * @param {string} file
 * @param {number} lines
 */
export async function writeLargeRun(file, lines) {
  const draw = new SeededDraw(1);
  const stream = createWriteStream(file);
  const data = `${file}.data.jsonl`;
  await writeTexts(data, lines >> 2);
  stream.write(`${JSON.stringify({ ...header(), input: path.basename(data) })}\n`);
  const captures = Array.from({ length: CAPTURES }, () => capture(draw));
  for (let line = 0; line < lines; line++) {
    const { human, figures } = captures[line % CAPTURES] ?? capture(draw);
    const record = line >> 2;
    const text =
      `{"kind":"score","id":"record-${record}","criterion":"${CRITERIA[line % 4]}",${figures},` +
      `"human":${human},"responseLength":${10 + Math.floor(draw.share() * 900)},` +
      `"systemId":"system-${record % 8}","group":"g${record >> 1}","promptTokens":${200 + (record % 50)},"reusedTokens":100}\n`;
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

/**
 * @param {string} file
 * @param {number} records
 */
async function writeTexts(file, records) {
  const stream = createWriteStream(file);
  for (let record = 0; record <= records; record++) {
    const instruction = `What is ${record} times ${record}? Say how you know.`;
    const response = `It is ${record * record}. ${"I have counted twice. ".repeat(record % 40)}`;
    const text = `${JSON.stringify({ id: `record-${record}`, instruction, response })}\n`;
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

/** @param {SeededDraw} draw */
function capture(draw) {
  const human = 1 + Math.round(draw.share() * 16) / 4;
  const rows = Array.from({ length: LAYERS + 1 }, (_, layer) => {
    const share = layer / LAYERS > 0.8 ? 0.4 : (0.8 * layer) / LAYERS;
    const at = 3 + share * (human - 3) + 2 * (draw.share() - 0.5);
    return VALUES.map((value) => Math.fround(20 - (value - at) ** 2 + draw.share()));
  });
  const raw = rows.map((row) => row.map((z) => Math.fround(2 * z)));
  const logits = JSON.stringify({ normed: rows, raw });
  const figures =
    '"inputHash":"0","score":3,"vanilla":3,"eScore":3,"lager":3,"probabilities":[0.125,0.125,0.5,0.125,0.125],' +
    `"entropy":1,"standardDeviation":1,"scoreMass":${Math.fround(draw.share())},"logits":${logits}`;
  return { human, figures };
}

function header() {
  const task = {
    name: "large",
    scale: { min: 1, max: 5 },
    criteria: CRITERIA.map((name) => ({ name, description: name })),
  };
  return {
    kind: "run",
    schema: 2,
    version: "0.1.0",
    judge: {
      name: "made-up",
      sha256: "0".repeat(64),
      architecture: "llama",
      quantization: "Q4_1",
      layers: LAYERS,
    },
    llama: { release: "0", backend: "CPU", devices: [] },
    task,
    options: {
      projection: "normed",
      layers: "all",
      condition: "prefill",
      chatTemplateSha256: null,
    },
    machine: {
      contextSize: 4096,
      batchSize: 512,
      threads: 1,
      flashAttention: false,
      tiledAttention: true,
      cpuFeatures: "",
      gpuLayers: 0,
      kvType: "f16",
      parallel: 1,
      exact: true,
    },
    labels: VALUES.map(String),
    values: VALUES,
    labelTokens: VALUES.map((value) => [value]),
  };
}
