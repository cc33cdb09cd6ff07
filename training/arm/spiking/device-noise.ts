import { MAX_LEVEL, type Random } from '../../../network/index.js';
import type { Kernels, Matrix } from './kernels.js';

/** Noise of a differential pair, by the magnitude of its level (index 0 to 7), in levels. */
export interface DeviceNoise {
  /** Standard deviation of the programmed weight from its level; drawn when the pair is programmed. */
  programming: number[];
  /** Standard deviation of the read noise of a product at full input. */
  read: number[];
}

/** Maximum conductance, in microsiemens. */
const CONDUCTANCE_MAX = 20.7;
/** Programming noise in microsiemens, as a polynomial of the relative conductance. */
const programmingPolynomial = [0.16603222, 4.71806468, -8.48101252, 4.68961419];
/**
 * The variance of read noise grows by ln 2 with each octave between a read's duration and the age of the
 * device.
 */
const FAST_OCTAVES = 20;
const SLOW_OCTAVES = 8;

/**
 * Noise of the HERMES chip with two devices per polarity, right after programming, as in IBM's aihwkit
 * (`HermesNoiseModel`).
 */
export function hermesNoise(): DeviceNoise {
  const perMicrosiemens = MAX_LEVEL / CONDUCTANCE_MAX;
  const idle = programmingPolynomial[0] * perMicrosiemens;
  const noise: DeviceNoise = { programming: [], read: [] };
  for (let level = 0; level <= MAX_LEVEL; level++) {
    const g = level / MAX_LEVEL;
    const deviation = programmingPolynomial.reduce((sum, c, power) => sum + c * g ** power, 0);
    const octave = relativeReadNoise(g) * level * Math.sqrt(Math.LN2);
    noise.programming.push(Math.hypot(deviation * perMicrosiemens, idle, octave * Math.sqrt(SLOW_OCTAVES)));
    noise.read.push(octave * Math.sqrt(FAST_OCTAVES));
  }
  return noise;
}

function relativeReadNoise(g: number): number {
  if (g >= 0.16) return 0.0069 * g ** 3 - 0.028 * g ** 2 + 0.0211 * g + 0.0123;
  return Math.min(0.04, Math.max(0.015, -0.0117 * Math.log(Math.max(g, 1e-7)) - 0.0069));
}

const POOL_SIZE = 2 ** 19;

/** Cheap standard normal numbers: pieces of a pool, from random positions on. */
export class NormalPool {
  /** Draws the positions of the pieces. */
  random: Random;
  readonly #pool: Matrix;

  constructor(kernels: Kernels, random: Random) {
    this.random = random;
    this.#pool = kernels.matrix(POOL_SIZE / 4, 4);
    const pool = this.#pool.data;
    for (let i = 0; i < POOL_SIZE; i++) pool[i] = random.normal();
  }

  /** Takes a matrix [rows, columns]; rows x columns must be a multiple of 4. */
  take(rows: number, columns: number): Matrix {
    const vectors = (rows * columns) / 4;
    return this.#pool.part(this.random.below(this.#pool.rows - vectors), vectors);
  }
}
