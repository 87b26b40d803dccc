// Values that nobody should pass to a function.
import { TEXTS } from "./mutate.mjs";

/** Values that nobody should pass, made anew for each case. */
const ANYTHING = [
  ...[() => undefined, () => null, () => true, () => false, () => 10n, () => Symbol("s"), () => []],
  ...[() => ({}), () => Object.create(null), () => Object.freeze({ signal: 1 }), () => new Date(0)],
  ...[
    () => new Map([["a", 1]]),
    () => new Set([1]),
    () => new Float32Array(3),
    () => new Int32Array(0),
  ],
  ...[
    () => Buffer.from("x"),
    () => /x/,
    () => new Error("e"),
    () => new Proxy({}, {}),
    () => class A {},
  ],
  ...[() => [null], () => [undefined, 1], () => [[]], () => new Array(3), () => ({ length: 2 })],
  ...[() => Promise.resolve(1), () => new AbortController().signal, () => AbortSignal.abort()],
  ...[() => ({ aborted: true }), () => Number.NaN, () => -1, () => 1e300, () => "x", () => ""],
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => new Proxy({}, everyTrap),
  () => new Proxy([], everyTrap),
  () => Object.defineProperty({}, "signal", { enumerable: true, get: fail }),
  () => ({ toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail }),
  () => {
    const cyclic = /** @type {any} */ ({});
    cyclic.self = cyclic;
    return cyclic;
  },
  () => ({ [Symbol.iterator]: fail }),
  () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  () => ({ [Symbol.asyncIterator]: () => null }),
  () => ({ [Symbol.asyncIterator]: 5 }),
  () =>
    (function* () {
      yield null;
      fail();
    })(),
  () =>
    (async function* () {
      yield { id: 1 };
      fail();
    })(),
  () => () => undefined,
  () => ownFailure,
  () => Object.assign(() => 1, { toString: fail }),
];

const everyTrap = new Proxy({}, { get: () => fail });

/** What a callback of ours throws: it comes back as it is, and is nobody's fault. */
export class OwnError extends Error {}

function ownFailure() {
  throw new OwnError("thrown by a callback");
}

/** @returns {never} */
function fail() {
  throw new TypeError("thrown by an argument");
}

/** @param {import("./random.mjs").Random} random */
export function anything(random) {
  if (random.chance(0.15)) return random.pick(TEXTS);
  if (random.chance(0.1)) return random.number();
  return random.pick(ANYTHING)();
}
