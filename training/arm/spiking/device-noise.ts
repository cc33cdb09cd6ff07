import { MAX_LEVEL, type Random } from '../../../network/index.js';
import type { Kernels, Matrix } from './kernels.js';

/** Noise of a differential pair by its level's magnitude (index 0 to 7), in levels. */
export interface DeviceNoise {
  /** Standard deviation of what a pair holds from what was asked for; drawn when it is programmed. */
  programming: number[];
  /** Standard deviation of a multiplication's read noise at full input. */
  read: number[];
}

const conductanceMax = 20.7;
const programmingPolynomial = [0.16603222, 4.71806468, -8.48101252, 4.68961419];
/** Read noise grows with sqrt(ln 2) for each octave between a read's duration and the age of the device. */
const fastOctaves = 20;
const slowOctaves = 8;

/** The noise of the HERMES chip with two devices a polarity, as in IBM's aihwkit (`HermesNoiseModel`), just programmed. */
export function hermesNoise(): DeviceNoise {
  const perMicrosiemens = MAX_LEVEL / conductanceMax;
  const idle = programmingPolynomial[0] * perMicrosiemens;
  const noise: DeviceNoise = { programming: [], read: [] };
  for (let level = 0; level <= MAX_LEVEL; level++) {
    const g = level / MAX_LEVEL;
    const deviation = programmingPolynomial.reduce((sum, c, power) => sum + c * g ** power, 0);
    const octave = relativeReadNoise(g) * level * Math.sqrt(Math.LN2);
    noise.programming.push(Math.hypot(deviation * perMicrosiemens, idle, octave * Math.sqrt(slowOctaves)));
    noise.read.push(octave * Math.sqrt(fastOctaves));
  }
  return noise;
}

function relativeReadNoise(g: number): number {
  if (g >= 0.16) return 0.0069 * g ** 3 - 0.028 * g ** 2 + 0.0211 * g + 0.0123;
  return Math.min(0.04, Math.max(0.015, -0.0117 * Math.log(Math.max(g, 1e-7)) - 0.0069));
}

const poolSize = 2 ** 19;

/** Standard normal numbers, cheap: pieces of a pool from random places on. */
export class NormalPool {
  private readonly pool: Matrix;

  constructor(
    kernels: Kernels,
    /** Where the pieces come from. */
    public random: Random,
  ) {
    this.pool = kernels.matrix(poolSize / 4, 4);
    const pool = this.pool.data;
    for (let i = 0; i < poolSize; i++) pool[i] = random.normal();
  }

  /** A matrix whose number of elements is a multiple of 4. */
  take(rows: number, columns: number): Matrix {
    const vectors = (rows * columns) / 4;
    return this.pool.part(this.random.below(this.pool.rows - vectors), vectors);
  }
}
