// Changes of GGUF files, one thing at a time.
import { key, TYPE } from "./gguf.mjs";

/** @typedef {import("./gguf.mjs").Gguf} Gguf */
/** @typedef {import("./gguf.mjs").GgufKey} GgufKey */

/** Architectures that change what is read of the keys, and how. */
const ARCHITECTURES = [
  ...[
    "llama",
    "qwen2",
    "qwen3",
    "gemma",
    "gemma2",
    "gemma3",
    "phi2",
    "phi3",
    "gpt2",
    "gptneox",
    "mamba",
  ],
  ...[
    "falcon",
    "mpt",
    "bloom",
    "starcoder2",
    "deepseek2",
    "olmo2",
    "bert",
    "rwkv6",
    "command-r",
    "jamba",
  ],
  ...[
    "qwen2moe",
    "minicpm",
    "stablelm",
    "nemotron",
    "granite",
    "lfm2",
    "gpt-oss",
    "t5",
    "clip",
    "",
    "x",
  ],
];

/** Chat templates that loop, throw, grow, or show nothing. */
export const TEMPLATES = [
  ...[
    "",
    "{{",
    "{% for %}",
    "{{ raise_exception('no') }}",
    "{% for i in range(100000000) %}x{% endfor %}",
  ],
  ...[
    "{{ messages[5].content }}",
    "{{ messages[0]['content'] * 99999 }}",
    "no turn",
    "{{ undefined.x.y }}",
  ],
  ...["{%- for a in range(9999) -%}{%- for b in range(9999) -%}x{%- endfor -%}{%- endfor -%}"],
  ...["\n".repeat(100000), " ".repeat(100000), `${"{% if 1 %}".repeat(3000)}`, "{{ ".repeat(5000)],
  ...[
    `${"(".repeat(5000)}`,
    `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`,
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
  ],
  ...[
    "{{ messages }}",
    "{{ messages | tojson }}",
    "{% set x = namespace(a=1) %}{{ x }}",
    "{{ bos_token }}",
  ],
];

/**
 * Changes one thing of a file.
 *
 * @param {Gguf} file
 * @param {import("./random.mjs").Random} random
 * @param {readonly string[]} texts
 */
export function mutateGguf(file, random, texts) {
  const which = random.next();
  if (which < 0.05) mutateHeader(file, random);
  else if (which < 0.5) mutateKey(file, random, texts);
  else if (which < 0.9) mutateTensor(file, random, texts);
  else if (which < 0.95) setKey(file, "general.architecture", random.pick(ARCHITECTURES));
  else setKey(file, "tokenizer.chat_template", random.pick(TEMPLATES));
}

/**
 * @param {Gguf} file
 * @param {string} name
 * @param {string} value
 */
function setKey(file, name, value) {
  const found = file.keys.find((each) => each.name === name);
  if (found === undefined) file.keys.push(key(name, TYPE.string, value));
  else Object.assign(found, key(name, TYPE.string, value));
  if (name !== "general.architecture") return;
  // Hyperparameters go along, or nothing behind the first of them would be read.
  for (const each of file.keys) each.name = each.name.replace(/^llama\./, `${value}.`);
}

/**
 * @param {Gguf} file
 * @param {import("./random.mjs").Random} random
 */
function mutateHeader(file, random) {
  const choice = random.below(5);
  if (choice === 0) file.magic = random.pick(["GGUE", "GGML", "FUGG", ""]);
  else if (choice === 1) file.version = random.number();
  else if (choice === 2) file.keyCount = random.number();
  else if (choice === 3) file.tensorCount = random.number();
  else file.alignment = random.pick([1, 8, 16, 64, 31]);
}

/**
 * @param {Gguf} file
 * @param {import("./random.mjs").Random} random
 * @param {readonly string[]} texts
 */
function mutateKey(file, random, texts) {
  const at = random.below(file.keys.length);
  const found = file.keys[at];
  if (found === undefined) return;
  const choice = random.below(10);
  if (choice === 0) file.keys.splice(at, 1);
  else if (choice === 1) file.keys.push({ ...found });
  else if (choice === 2) found.type = random.below(14);
  else if (choice === 3)
    found.name = random.pick([...texts.slice(0, 30), "general.type", "split.count"]);
  else if (Array.isArray(found.value)) mutateArray(found, random, texts);
  else if (found.type === TYPE.string) found.value = random.pick(texts);
  else found.value = random.number();
}

/**
 * @param {GgufKey} found
 * @param {import("./random.mjs").Random} random
 * @param {readonly string[]} texts
 */
function mutateArray(found, random, texts) {
  const values = [.../** @type {unknown[]} */ (found.value)];
  found.value = values;
  const at = random.below(values.length);
  switch (random.below(7)) {
    case 0:
      values.length = at;
      return;
    case 1:
      values.splice(at, 1);
      return;
    case 2:
      values.push(values[at]);
      return;
    case 3:
      found.elementType = random.below(14);
      return;
    case 4:
      found.count = random.number();
      return;
    case 5:
      values[at] = values[random.below(values.length)];
      return;
    default:
      values[at] = found.elementType === TYPE.string ? randomToken(random, texts) : random.number();
  }
}

/**
 * @param {import("./random.mjs").Random} random
 * @param {readonly string[]} texts
 */
function randomToken(random, texts) {
  return random.chance(0.3)
    ? Buffer.from([random.below(256), random.below(256)])
    : random.pick(texts);
}

/**
 * @param {Gguf} file
 * @param {import("./random.mjs").Random} random
 * @param {readonly string[]} texts
 */
function mutateTensor(file, random, texts) {
  const at = random.below(file.tensors.length);
  const found = file.tensors[at];
  if (found === undefined) return;
  const dim = random.below(found.dims.length);
  switch (random.below(9)) {
    case 0:
      file.tensors.splice(at, 1);
      return;
    case 1:
      file.tensors.push({ ...found, name: random.chance(0.5) ? found.name : random.pick(texts) });
      return;
    case 2:
      found.type = random.below(45);
      return;
    case 3:
      found.dims = [...found.dims].reverse();
      return;
    case 4:
      found.dims = found.dims.with(dim, random.number());
      return;
    case 5:
      found.dims = random.chance(0.5)
        ? [...found.dims, random.pick([1, 0, 2])]
        : found.dims.slice(1);
      return;
    case 6:
      found.offset = random.number();
      return;
    case 7: {
      const value = random.pick([Number.NaN, Number.POSITIVE_INFINITY, 1e38, -1e38, 0]);
      const numbers = new Float32Array(found.data.length / 4).fill(random.chance(0.5) ? value : 1);
      numbers[random.below(numbers.length)] = value;
      found.data = Buffer.from(numbers.buffer);
      return;
    }
    default:
      found.data = found.data.subarray(0, random.below(found.data.length));
  }
}
