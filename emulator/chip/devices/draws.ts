import { philox } from '../../numerics/philox.js';
import { modelDraws } from '../model.js';

/**
 * Use of a random draw: the upper half of the last word of Philox's counter, so that no two uses share a
 * draw.
 */
export const Purpose = {
  ...modelDraws,
  pulse: 2,
  verify: 3,
  read: 4,
  multiply: 5,
  column: 8,
  fault: 9,
  /** Free for noise models that are handed to a chip. */
  custom: 10,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** Place of the purpose in the last word of the counter; the core is below it. */
export const PURPOSE_SHIFT = 16;

/** The random draws of one core: functions of (seed, purpose, where, how often), never of their order. */
export class Draws {
  readonly key0: number;
  readonly key1: number;
  readonly core: number;
  /** The four words of the last draw. */
  readonly words = new Uint32Array(4);

  /** `seed` is an integer, taken modulo 2^64. */
  constructor(seed: number | bigint, core: number) {
    const bits = BigInt.asUintN(64, BigInt(seed));
    this.key0 = Number(bits & 0xffffffffn);
    this.key1 = Number(bits >> 32n);
    this.core = core;
  }

  /**
   * Draws four words for something at a place (below 2^32) that happens for the count-th time (below 2^53).
   * They hold until the next draw.
   */
  draw(purpose: Purpose, place: number, count: number): Uint32Array {
    return this.drawAt(purpose, place, count >>> 0, Math.floor(count / 0x100000000));
  }

  /** Draws four words for the counter (c0, c1, place, purpose and core). They hold until the next draw. */
  drawAt(purpose: Purpose, place: number, c0: number, c1: number): Uint32Array {
    const { words } = this;
    words[0] = c0;
    words[1] = c1;
    words[2] = place;
    words[3] = counterWord(purpose, this.core);
    philox(this.key0, this.key1, words);
    return words;
  }
}

/** Last word of the counter: purpose in the upper 16 bits, core in the lower. */
export function counterWord(purpose: Purpose, core: number): number {
  return (purpose << PURPOSE_SHIFT) | core;
}
