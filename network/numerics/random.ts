/**
 * Seeded random numbers: xoshiro128** of Blackman and Vigna (public domain, https://prng.di.unimi.it/), its
 * state filled from the seed by splitmix32. Only 32-bit integer operations, so every platform draws the same
 * numbers.
 */
export class Random {
  #state: Uint32Array;

  /**
   * `stream` selects an independent sequence of the same seed. Errors: `RangeError` unless the seed is a safe
   * integer.
   */
  constructor(seed: number, stream = 0) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed must be an integer, not ${seed}.`);
    let mixed = splitmix32(seed >>> 0);
    mixed = splitmix32(mixed ^ (Math.floor(seed / 2 ** 32) >>> 0));
    mixed = splitmix32(mixed ^ (stream >>> 0));
    this.#state = new Uint32Array(4);
    for (let word = 0; word < 4; word++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      this.#state[word] = splitmix32(mixed);
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** The next integer of 0 .. 2^32 - 1. */
  uint32(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A whole number of 0 .. limit - 1, without bias (`limit` up to 2^32). */
  below(limit: number): number {
    const unbiased = 2 ** 32 - (2 ** 32 % limit);
    let drawn = this.uint32();
    while (drawn >= unbiased) drawn = this.uint32();
    return drawn % limit;
  }

  /** `count` different numbers of 0 .. limit - 1, in random order. */
  sample(limit: number, count: number): number[] {
    const numbers = Array.from({ length: limit }, (_, index) => index);
    for (let index = 0; index < count; index++) {
      const other = index + this.below(limit - index);
      [numbers[index], numbers[other]] = [numbers[other], numbers[index]];
    }
    return numbers.slice(0, count);
  }

  /** The four words of the state, for a checkpoint. */
  get state(): number[] {
    return Array.from(this.#state);
  }

  /** Goes on from the state of a checkpoint. */
  set state(words: number[]) {
    this.#state = Uint32Array.from(words);
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The finaliser of splitmix32 (constants of murmur3). */
function splitmix32(word: number): number {
  let z = word | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
