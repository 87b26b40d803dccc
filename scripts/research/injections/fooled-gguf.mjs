// Writes tiny judges whose vocabularies are made to be fooled: control tokens that ordinary text can
// be merged into, that begin with a space, that are words or single characters.
import { writeFileSync } from "node:fs";
import { SeededDraw } from "../bits/seeded-draw.mjs";

const EMBEDDING = 64;
const HEADS = 4;
const KEY_VALUE_HEADS = 2;
const FEED_FORWARD = 128;
const LAYERS = 2;
const HEAD = EMBEDDING / HEADS;

/** llama.cpp's kinds of tokens. */
export const KIND = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 };

/**
 * @typedef {{ text: string, kind: number }} Token
 * @typedef {{ model: "llama" | "gpt2", pre?: string, tokens: readonly Token[], merges?: readonly string[],
 *   chatTemplate: string }} Vocabulary
 */

const CHAT =
  "{% for m in messages %}<|turn|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}";

/** Texts of control tokens that a hostile vocabulary may have. */
const CONTROLS = ["<|turn|>", "<|end|>", "<|sys|>", "[CTRL]", "§", "stop", "a<|", "|>b"];

/**
 * @param {readonly string[]} texts
 * @param {number} kind
 * @returns {Token[]}
 */
const tokensOf = (texts, kind) => texts.map((text) => ({ text, kind }));

/** Every beginning of some texts: what merges need on their way. @param {readonly string[]} texts */
function beginnings(texts) {
  return texts.flatMap((text) => [...text].map((_, at) => [...text].slice(0, at + 1).join("")));
}

/** @param {readonly Token[]} tokens */
function distinct(tokens) {
  return [...new Map([...tokens].reverse().map((token) => [token.text, token])).values()].reverse();
}

/** SentencePiece: its merges find any token by its text, control tokens too. @returns {Vocabulary} */
export function fooledSpm() {
  const controls = [...CONTROLS, "▁<EOT>", "▁▁stop", "x▁y"];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${hex(byte)}>`);
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const pieces = printable.map((character) => (character === " " ? "▁" : character));
  return {
    model: "llama",
    tokens: distinct([
      { text: "<unk>", kind: KIND.unknown },
      ...tokensOf(["<s>", "</s>"], KIND.control),
      ...tokensOf(bytes, KIND.byte),
      ...tokensOf(controls, KIND.control),
      ...tokensOf(["<h1>", "[x]", "▁▁"], KIND.userDefined),
      ...tokensOf([...pieces, ...beginnings([...controls, "<h1>", "</s>"])], KIND.normal),
    ]),
    chatTemplate: CHAT,
  };
}

/**
 * Byte-pair encoding: merges lead to control tokens, and some pre-tokenisers take a word whole.
 *
 * @param {string} pre
 * @returns {Vocabulary}
 */
export function fooledBpe(pre) {
  const controls = [...CONTROLS.filter((text) => text !== "§"), "Ġ<EOT>", "Ġstop"];
  const bytes = byteCharacters();
  const merges = [
    ...new Set(
      [...controls, "<h1>"].flatMap((text) => {
        const characters = [...text];
        return characters
          .slice(1)
          .map((next, at) => `${characters.slice(0, at + 1).join("")} ${next}`);
      }),
    ),
  ];
  return {
    model: "gpt2",
    pre,
    tokens: distinct([
      ...tokensOf(["<s>", "</s>"], KIND.control),
      ...tokensOf(controls, KIND.control),
      ...tokensOf(["<h1>", "[x]"], KIND.userDefined),
      ...tokensOf([...bytes, ...beginnings([...controls, "<h1>"])], KIND.normal),
    ]),
    merges,
    chatTemplate: CHAT,
  };
}

/** The characters by which byte-pair vocabularies write bytes. */
function byteCharacters() {
  const plain = [
    [33, 126],
    [161, 172],
    [174, 255],
  ].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const others = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => !plain.includes(byte),
  );
  return [...plain, ...others.map((_, i) => 256 + i)].map((code) => String.fromCharCode(code));
}

/** @param {number} byte */
function hex(byte) {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/**
 * @param {string} file
 * @param {Vocabulary} vocabulary
 */
export function writeFooledGguf(file, vocabulary) {
  const { model, pre, tokens, merges, chatTemplate } = vocabulary;
  const keys = [
    text("general.architecture", "llama"),
    text("general.name", "fooled"),
    uint("llama.context_length", 4096),
    uint("llama.embedding_length", EMBEDDING),
    uint("llama.block_count", LAYERS),
    uint("llama.feed_forward_length", FEED_FORWARD),
    uint("llama.attention.head_count", HEADS),
    uint("llama.attention.head_count_kv", KEY_VALUE_HEADS),
    uint("llama.rope.dimension_count", HEAD),
    float("llama.attention.layer_norm_rms_epsilon", 1e-5),
    text("tokenizer.ggml.model", model),
    ...(pre === undefined ? [] : [text("tokenizer.ggml.pre", pre)]),
    list(
      "tokenizer.ggml.tokens",
      8,
      tokens.map(({ text: each }) => string(each)),
    ),
    list(
      "tokenizer.ggml.token_type",
      5,
      tokens.map(({ kind }) => int32(kind)),
    ),
    // Longer pieces first, so that merges go on as far as they can.
    ...(model === "llama"
      ? [
          list(
            "tokenizer.ggml.scores",
            6,
            tokens.map(({ text: each }) => float32(each.length)),
          ),
        ]
      : [list("tokenizer.ggml.merges", 8, (merges ?? []).map(string))]),
    uint(
      "tokenizer.ggml.bos_token_id",
      tokens.findIndex(({ text: each }) => each === "<s>"),
    ),
    uint(
      "tokenizer.ggml.eos_token_id",
      tokens.findIndex(({ text: each }) => each === "</s>"),
    ),
    text("tokenizer.chat_template", chatTemplate),
  ];
  const tensors = tensorsOf(tokens.length);
  let offset = 0;
  const infos = tensors.map(({ name, shape, data }) => {
    const info = [
      string(name),
      uint32(shape.length),
      ...shape.map(uint64),
      uint32(0),
      uint64(offset),
    ];
    offset += Math.ceil(data.byteLength / 32) * 32;
    return Buffer.concat(info);
  });
  const head = Buffer.concat([
    ...[Buffer.from("GGUF"), uint32(3), uint64(tensors.length), uint64(keys.length)],
    ...keys,
    ...infos,
  ]);
  const parts = [padded(head), ...tensors.map(({ data }) => padded(Buffer.from(data.buffer)))];
  writeFileSync(file, Buffer.concat(parts));
}

/** @param {number} vocabulary */
function tensorsOf(vocabulary) {
  const draw = new SeededDraw(1);
  /** @param {string} name @param {number[]} shape */
  const matrix = (name, ...shape) => {
    const size = shape.reduce((product, each) => product * each, 1);
    return {
      name: `${name}.weight`,
      shape,
      data: Float32Array.from({ length: size }, () => (draw.share() - 0.5) / 4),
    };
  };
  /** @param {string} name */
  const norm = (name) => ({
    name: `${name}.weight`,
    shape: [EMBEDDING],
    data: new Float32Array(EMBEDDING).fill(1),
  });
  const layer = (/** @type {number} */ index) => {
    const at = `blk.${index}`;
    return [
      norm(`${at}.attn_norm`),
      matrix(`${at}.attn_q`, EMBEDDING, EMBEDDING),
      matrix(`${at}.attn_k`, EMBEDDING, KEY_VALUE_HEADS * HEAD),
      matrix(`${at}.attn_v`, EMBEDDING, KEY_VALUE_HEADS * HEAD),
      matrix(`${at}.attn_output`, EMBEDDING, EMBEDDING),
      norm(`${at}.ffn_norm`),
      matrix(`${at}.ffn_gate`, EMBEDDING, FEED_FORWARD),
      matrix(`${at}.ffn_up`, EMBEDDING, FEED_FORWARD),
      matrix(`${at}.ffn_down`, FEED_FORWARD, EMBEDDING),
    ];
  };
  return [
    matrix("token_embd", EMBEDDING, vocabulary),
    norm("output_norm"),
    matrix("output", EMBEDDING, vocabulary),
    ...Array.from({ length: LAYERS }, (_, index) => layer(index)).flat(),
  ];
}

/** @param {Buffer} buffer */
function padded(buffer) {
  return Buffer.concat([buffer, Buffer.alloc((32 - (buffer.length % 32)) % 32)]);
}

/** @param {number} value */
function uint32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** @param {number} value */
function int32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}

/** @param {number} value */
function float32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

/** @param {number} value */
function uint64(value) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

/** @param {string} value */
function string(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

/** @param {string} key @param {string} value */
function text(key, value) {
  return Buffer.concat([string(key), uint32(8), string(value)]);
}

/** @param {string} key @param {number} value */
function uint(key, value) {
  return Buffer.concat([string(key), uint32(4), uint32(value)]);
}

/** @param {string} key @param {number} value */
function float(key, value) {
  return Buffer.concat([string(key), uint32(6), float32(value)]);
}

/** @param {string} key @param {number} type @param {readonly Buffer[]} items */
function list(key, type, items) {
  return Buffer.concat([string(key), uint32(9), uint32(type), uint64(items.length), ...items]);
}
