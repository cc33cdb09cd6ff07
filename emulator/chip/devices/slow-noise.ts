import { LN2, log } from '../../numerics/elementary.js';
import { MAX_SLOW_OCTAVES, type ChipModel } from '../model.js';
import { type Draws, Purpose } from './draws.js';

/** Pairs that share one draw: a bit each. */
export const DRAW_PAIRS = 128;

/**
 * The slow part of the read noise, which belongs to the device: octave k is a random telegraph signal that is
 * drawn again, +1 or -1, every 2^k slow periods of the board's clock (at a phase of its own), and all octaves
 * up to the age of the device add up. Such a sum over octaves has the spectrum 1/f; a device's values follow
 * from the clock alone.
 */
export class SlowNoise {
  readonly #draws: Draws;
  /** Groups of pairs in a core. */
  readonly #groups: number;
  readonly #phases: readonly number[];
  /** Bits of the present group: [polarity][octave][word]. */
  readonly #bits = new Uint32Array(2 * MAX_SLOW_OCTAVES * 4);
  #group = -1;
  #cell = -1;
  #octaves = 0;

  constructor(model: ChipModel, draws: Draws) {
    this.#draws = draws;
    this.#groups = Math.ceil(model.pairs / DRAW_PAIRS);
    this.#phases = slowPhases(draws);
  }

  /**
   * Sum of the first `octaves` signals of one polarity of a pair in this cell of the clock (the clock /
   * slowPeriod).
   */
  sum(polarity: number, pair: number, octaves: number, cell: number): number {
    const group = Math.floor(pair / DRAW_PAIRS);
    if (group !== this.#group || cell !== this.#cell) {
      this.#group = group;
      this.#cell = cell;
      this.#octaves = 0;
    }
    while (this.#octaves < octaves) this.#drawOctave(this.#octaves++);
    const bit = pair % DRAW_PAIRS;
    const word = polarity * MAX_SLOW_OCTAVES * 4 + (bit >>> 5);
    let ones = 0;
    for (let octave = 0; octave < octaves; octave++)
      ones += (this.#bits[word + 4 * octave] >>> (bit & 31)) & 1;
    return 2 * ones - octaves;
  }

  #drawOctave(octave: number): void {
    const index = Math.floor((this.#cell + this.#phases[octave]) / (octave < 31 ? 1 << octave : 0x80000000));
    for (let polarity = 0; polarity < 2; polarity++) {
      const place = (octave << 24) | (polarity * this.#groups + this.#group);
      this.#bits.set(
        this.#draws.draw(Purpose.slowNoise, place, index),
        (polarity * MAX_SLOW_OCTAVES + octave) * 4,
      );
    }
  }
}

/** Phase of each octave, in slow periods. */
export function slowPhases(draws: Draws): number[] {
  return Array.from({ length: MAX_SLOW_OCTAVES }, (_, octave) =>
    octave === 0 ? 0 : draws.draw(Purpose.slowPhase, octave, 0)[0] >>> (32 - octave),
  );
}

/** How many octaves have come into play for a device of some age, and the weight of one of them. */
export interface SlowOctaves {
  octaves: number;
  /** Amplitude of one octave relative to Q: sqrt(variance / octaves). */
  amplitude: number;
}

/**
 * Slow octaves at an age (seconds since programming; below 0 counts as 0): the variance over Q^2 that has
 * accumulated at t = age + t0 is ln((t + readTime) / (2 readTime)), of which the fast octaves are fastOctaves
 * ln 2 and the slow ones the rest, ln((t + readTime) / slowPeriod).
 */
export function slowOctaves({ time0, readTime, slowPeriod }: ChipModel, age: number): SlowOctaves {
  const variance = log((Math.max(age, 0) + time0 + readTime) / slowPeriod);
  const octaves = Math.min(Math.max(Math.ceil(variance / LN2), 1), MAX_SLOW_OCTAVES);
  return { octaves, amplitude: Math.sqrt(variance / octaves) };
}
