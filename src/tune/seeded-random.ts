/**
 * A stream of pseudo-random numbers in [0, 1) that depends on the seed alone: xorshift32 with a
 * multiplicative output step, seeded through an integer hash so that neighbouring seeds differ.
 *
 * The 32-bit steps are easy to repeat in other languages, which `scripts/tune/lager_torch.py` does.
 */
export function seededRandom(seed: number): () => number {
  // Murmur3's finaliser; a state of zero would stay zero.
  let state = (seed ^ (seed / 2 ** 32)) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0;
  state = (state ^ (state >>> 16)) >>> 0 || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return (Math.imul(state, 0x9e3779b1) >>> 0) / 2 ** 32;
  };
}

/** Shuffles in place (Fisher–Yates): from the last element down, each changes places with one before. */
export function shuffle(elements: Int32Array, random: () => number): void {
  for (let i = elements.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const element = elements[i] ?? 0;
    elements[i] = elements[j] ?? 0;
    elements[j] = element;
  }
}
