// Small GGUF files, described so that each part of them can be changed.

/** @typedef {{ name: string, type: number, value: unknown, elementType?: number, count?: number }} GgufKey */
/** @typedef {{ name: string, dims: number[], type: number, data: Buffer, offset?: number }} GgufTensor */
/**
 * @typedef {{
 *   magic: string, version: number, keys: GgufKey[], tensors: GgufTensor[],
 *   keyCount?: number, tensorCount?: number, alignment: number, tail?: Buffer,
 * }} Gguf
 */

export const TYPE = {
  ...{ uint8: 0, int8: 1, uint16: 2, int16: 3, uint32: 4, int32: 5, float32: 6, bool: 7 },
  ...{ string: 8, array: 9, uint64: 10, int64: 11, float64: 12 },
};

/** Bytes of a file as it is described; what contradicts itself is written as it is. */
export function encodeGguf(/** @type {Gguf} */ file) {
  const parts = [
    Buffer.from(file.magic, "latin1"),
    u32(file.version),
    u64(file.tensorCount ?? file.tensors.length),
    u64(file.keyCount ?? file.keys.length),
  ];
  for (const key of file.keys) {
    parts.push(text(key.name), u32(key.type));
    if (key.type === TYPE.array && Array.isArray(key.value)) {
      const elementType = key.elementType ?? TYPE.string;
      parts.push(u32(elementType), u64(key.count ?? key.value.length));
      for (const each of key.value) parts.push(scalar(elementType, each));
    } else {
      parts.push(scalar(key.type, key.value));
    }
  }
  const data = [];
  let offset = 0;
  for (const tensor of file.tensors) {
    parts.push(text(tensor.name), u32(tensor.dims.length), ...tensor.dims.map(u64));
    parts.push(u32(tensor.type), u64(tensor.offset ?? offset));
    const padded = Math.ceil(tensor.data.length / 32) * 32;
    data.push(tensor.data, Buffer.alloc(padded - tensor.data.length));
    offset += padded;
  }
  const head = Buffer.concat(parts);
  const alignment = file.alignment;
  const padding = Buffer.alloc((alignment - (head.length % alignment)) % alignment);
  return Buffer.concat([head, padding, ...data, file.tail ?? Buffer.alloc(0)]);
}

/** @param {number} value */
function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number.isFinite(value) ? Math.trunc(value) >>> 0 : 0);
  return bytes;
}

/** @param {number} value */
function u64(value) {
  const bytes = Buffer.alloc(8);
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : -1n;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, whole));
  return bytes;
}

/** @param {unknown} value */
function text(value) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  return Buffer.concat([u64(bytes.length), bytes]);
}

/**
 * @param {number} type
 * @param {unknown} value
 */
function scalar(type, value) {
  const number = typeof value === "number" ? value : Number(value) || 0;
  switch (type) {
    case TYPE.string:
      return text(value);
    case TYPE.uint8:
    case TYPE.int8:
    case TYPE.bool:
      return u32(number).subarray(0, 1);
    case TYPE.uint16:
    case TYPE.int16:
      return u32(number).subarray(0, 2);
    case TYPE.float32: {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(number);
      return bytes;
    }
    case TYPE.float64: {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(number);
      return bytes;
    }
    case TYPE.uint64:
    case TYPE.int64:
      return u64(number);
    default:
      return u32(number);
  }
}

const WIDTH = 32;
const LAYERS = 2;
const FORWARD = 32;
const TOKENS = [
  ...["<unk>", "<s>", "</s>"],
  ...Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`),
  ...["▁", "<|im_start|>", "<|im_end|>", ...Array.from("0123456789", (digit) => digit)],
  ...["▁score", "▁the", "response", ":", "▁a", "e", "t", "o", "n", "s", "r", "i", "h", "l"],
];

export const CHAT_TEMPLATE =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n" +
  "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/**
 * A judge of two layers with a vocabulary of bytes, which any text can be scored with.
 *
 * @param {import("./random.mjs").Random} random
 * @returns {Gguf}
 */
export function tinyGguf(random) {
  const kind = (/** @type {string} */ token) =>
    token === "<unk>" ? 2 : /^<(s|\/s|\|.*\|)>$/.test(token) ? 3 : token.startsWith("<0x") ? 6 : 1;
  const block = (/** @type {number} */ i) => [
    tensor(random, `blk.${i}.attn_norm.weight`, [WIDTH], 1),
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) =>
      tensor(random, `blk.${i}.${name}.weight`, [WIDTH, WIDTH]),
    ),
    tensor(random, `blk.${i}.ffn_norm.weight`, [WIDTH], 1),
    tensor(random, `blk.${i}.ffn_gate.weight`, [WIDTH, FORWARD]),
    tensor(random, `blk.${i}.ffn_up.weight`, [WIDTH, FORWARD]),
    tensor(random, `blk.${i}.ffn_down.weight`, [FORWARD, WIDTH]),
  ];
  return {
    magic: "GGUF",
    version: 3,
    alignment: 32,
    keys: [
      key("general.architecture", TYPE.string, "llama"),
      key("general.name", TYPE.string, "tiny"),
      key("general.alignment", TYPE.uint32, 32),
      key("general.file_type", TYPE.uint32, 0),
      key("llama.block_count", TYPE.uint32, LAYERS),
      key("llama.context_length", TYPE.uint32, 4096),
      key("llama.embedding_length", TYPE.uint32, WIDTH),
      key("llama.feed_forward_length", TYPE.uint32, FORWARD),
      key("llama.attention.head_count", TYPE.uint32, 2),
      key("llama.attention.head_count_kv", TYPE.uint32, 2),
      key("llama.attention.layer_norm_rms_epsilon", TYPE.float32, 1e-5),
      key("llama.rope.dimension_count", TYPE.uint32, WIDTH / 2),
      key("llama.rope.freq_base", TYPE.float32, 10000),
      key("llama.vocab_size", TYPE.uint32, TOKENS.length),
      key("tokenizer.ggml.model", TYPE.string, "llama"),
      key("tokenizer.ggml.pre", TYPE.string, "default"),
      array("tokenizer.ggml.tokens", TYPE.string, TOKENS),
      array(
        "tokenizer.ggml.scores",
        TYPE.float32,
        TOKENS.map((_, i) => -i),
      ),
      array("tokenizer.ggml.token_type", TYPE.int32, TOKENS.map(kind)),
      key("tokenizer.ggml.bos_token_id", TYPE.uint32, 1),
      key("tokenizer.ggml.eos_token_id", TYPE.uint32, 2),
      key("tokenizer.ggml.unknown_token_id", TYPE.uint32, 0),
      key("tokenizer.ggml.add_bos_token", TYPE.bool, 1),
      key("tokenizer.chat_template", TYPE.string, CHAT_TEMPLATE),
    ],
    tensors: [
      tensor(random, "token_embd.weight", [WIDTH, TOKENS.length]),
      ...Array.from({ length: LAYERS }, (_, i) => block(i)).flat(),
      tensor(random, "output_norm.weight", [WIDTH], 1),
      tensor(random, "output.weight", [WIDTH, TOKENS.length]),
    ],
  };
}

/**
 * An adapter of rank 2 for {@link tinyGguf}.
 *
 * @param {import("./random.mjs").Random} random
 * @returns {Gguf}
 */
export function tinyAdapter(random) {
  return {
    magic: "GGUF",
    version: 3,
    alignment: 32,
    keys: [
      key("general.type", TYPE.string, "adapter"),
      key("general.architecture", TYPE.string, "llama"),
      key("adapter.type", TYPE.string, "lora"),
      key("adapter.lora.alpha", TYPE.float32, 4),
    ],
    tensors: ["blk.0.attn_q", "blk.1.ffn_down"].flatMap((name) => [
      tensor(random, `${name}.weight.lora_a`, [WIDTH, 2]),
      tensor(random, `${name}.weight.lora_b`, [2, WIDTH]),
    ]),
  };
}

/**
 * The model in two files, as llama.cpp splits it.
 *
 * @param {Gguf} whole
 * @returns {[Gguf, Gguf]}
 */
export function splitGguf(whole) {
  const half = Math.ceil(whole.tensors.length / 2);
  const part = (/** @type {number} */ no) => [
    key("split.no", TYPE.uint16, no),
    key("split.count", TYPE.uint16, 2),
    key("split.tensors.count", TYPE.int32, whole.tensors.length),
  ];
  return [
    { ...whole, keys: [...whole.keys, ...part(0)], tensors: whole.tensors.slice(0, half) },
    { ...whole, keys: part(1), tensors: whole.tensors.slice(half) },
  ];
}

/**
 * A key with one value.
 *
 * @param {string} name
 * @param {number} type
 * @param {unknown} value
 * @returns {GgufKey}
 */
export function key(name, type, value) {
  return { name, type, value };
}

/**
 * @param {string} name
 * @param {number} elementType
 * @param {unknown[]} value
 * @returns {GgufKey}
 */
function array(name, elementType, value) {
  return { name, type: TYPE.array, elementType, value };
}

/**
 * @param {import("./random.mjs").Random} random
 * @param {string} name
 * @param {number[]} dims
 * @param {number} [mean]
 * @returns {GgufTensor}
 */
function tensor(random, name, dims, mean = 0) {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const numbers = Float32Array.from({ length: count }, () => mean + (random.next() - 0.5) * 0.5);
  return { name, dims, type: 0, data: Buffer.from(numbers.buffer) };
}
