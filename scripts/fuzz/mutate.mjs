// Mutations of bytes, texts and JSON values. Each is one step of a case.

/** @typedef {import("./random.mjs").Random} Random */

/** Texts at which parsers and terminals stumble. */
export const TEXTS = [
  ...[
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "a",
    "0",
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "__proto__",
  ],
  ...[
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "../../x",
    "a/b",
    "é",
    "判断",
    "😀",
    "\ud83d",
  ],
  ...[
    "\ufeff",
    "\u202e",
    "\u001b[2J",
    "\u2028",
    "<|im_end|>",
    "<s>",
    "</s>",
    "[INST]",
    "{{ x }}",
    "{% for %}",
  ],
  ...[
    "{{",
    "%}",
    "=1+1",
    '"',
    "'",
    "\\",
    "\\u",
    "a".repeat(5000),
    " ".repeat(3000),
    "\n".repeat(3000),
  ],
  ...[
    "(".repeat(3000),
    "[".repeat(3000),
    '{"a":'.repeat(500),
    "%s%n",
    "1".repeat(400),
    "é".repeat(1000),
  ],
];

/**
 * @param {Buffer} bytes
 * @param {Random} random
 * @returns {Buffer}
 */
export function mutateBytes(bytes, random) {
  const at = random.below(bytes.length + 1);
  const length = random.pick([1, 2, 4, 8, 16, 64, 1024]);
  switch (random.below(8)) {
    case 0: {
      const copy = Buffer.from(bytes);
      for (let i = 0; i < length && at + i < copy.length; i++) copy[at + i] = random.below(256);
      return copy;
    }
    case 1: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
      return copy;
    }
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(at, at + length),
        bytes.subarray(at),
      ]);
    case 5:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(random.pick(TEXTS)),
        bytes.subarray(at),
      ]);
    case 6: {
      const copy = Buffer.from(bytes);
      copy.fill(random.pick([0, 0xff, 0x20, 0x22]), at, Math.min(copy.length, at + length));
      return copy;
    }
    default: {
      const copy = Buffer.from(bytes);
      if (at + 8 > copy.length) return copy;
      const value = random.number();
      const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : -1n;
      copy.writeBigUInt64LE(BigInt.asUintN(64, whole), at);
      return copy;
    }
  }
}

/**
 * Any JSON value, shallow.
 *
 * @param {Random} random
 * @returns {unknown}
 */
export function anyJson(random) {
  return random.pick([
    () => null,
    () => random.chance(0.5),
    () => random.number(),
    () => random.pick(TEXTS),
    () => [],
    () => ({}),
    () => [anyJson(random), anyJson(random)],
    () => ({ [random.pick(TEXTS)]: anyJson(random) }),
  ])();
}

/**
 * A copy of a value in which one place was changed: replaced, left out, doubled, renamed or moved.
 * What is no plain object or list is kept, and replaced as a whole.
 *
 * @param {unknown} value
 * @param {Random} random
 * @param {(random: Random) => unknown} any makes what is put there.
 * @returns {unknown}
 */
export function mutateValue(value, random, any = anyJson) {
  const keys = keysOf(value);
  if (keys === null || keys.length === 0 || random.chance(0.15)) {
    return typeof value === "string" && random.chance(0.5)
      ? mutateBytes(Buffer.from(value), random).toString()
      : any(random);
  }
  const key = random.pick(keys);
  const isList = Array.isArray(value);
  const copy = /** @type {any} */ (
    isList ? [...value] : { .../** @type {Record<string, unknown>} */ (value) }
  );
  if (random.chance(0.7)) {
    copy[key] = mutateValue(copy[key], random, any);
    return copy;
  }
  switch (random.below(4)) {
    case 0:
      if (isList) copy.splice(Number(key), 1);
      else delete copy[key];
      return copy;
    case 1:
      if (isList) copy.splice(Number(key), 0, copy[key]);
      else copy[random.pick(TEXTS)] = copy[key];
      return copy;
    case 2:
      copy[random.pick(keys)] = copy[key];
      return copy;
    default:
      copy[key] = any(random);
      return copy;
  }
}

/**
 * Keys of a plain object or a list; null for all else, such as a proxy that refuses to be looked at.
 *
 * @param {unknown} value
 */
export function keysOf(value) {
  if (typeof value !== "object" || value === null) return null;
  try {
    const prototype = Object.getPrototypeOf(value);
    const isPlain = [Object.prototype, Array.prototype, null].includes(prototype);
    if (!isPlain) return null;
    const copy = Array.isArray(value) ? [...value] : { ...value };
    return Object.keys(copy);
  } catch {
    return null;
  }
}
