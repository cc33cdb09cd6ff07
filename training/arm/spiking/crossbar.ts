import { MAX_LEVEL, toLevel } from '../../../network/index.js';
import type { DeviceNoise, NormalPool } from './device-noise.js';
import type { Matrix, Kernels } from './kernels.js';

/** How true to the chip the weights of a trial are. */
export const Precision = { float32: 'float32', levels: 'levels', noisy: 'noisy' } as const;
export type Precision = (typeof Precision)[keyof typeof Precision];

/** The crossbar during one trial: the weights that act for those that are stored, and the way back for gradients. */
export class Crossbar {
  /** [rows, columns] weights that act. */
  readonly weights: Matrix;
  /** [rows, columns] variance that a full input adds to a multiplication. */
  readonly variance: Matrix;
  precision: Precision = Precision.float32;
  private readonly levels: Int8Array;
  /** [rows, columns] what each pair holds beside its level, in levels. */
  private readonly errors: Float32Array;
  private readonly ranges: Float32Array;

  constructor(
    kernels: Kernels,
    rows: number,
    private readonly columns: number,
    private readonly noise: DeviceNoise,
  ) {
    this.weights = kernels.matrix(rows, columns);
    this.variance = kernels.matrix(rows, columns);
    this.levels = new Int8Array(rows * columns);
    this.errors = new Float32Array(rows * columns);
    this.ranges = new Float32Array(columns);
  }

  /**
   * Stores weights [rows, columns]; the outermost level of column j stands for exp(logRanges[j]). With `before`, the crossbar of the
   * first trial, only pairs whose level differs are programmed anew.
   */
  program(stored: Float32Array, logRanges: Float32Array, normals: NormalPool, before?: Crossbar): void {
    const weights = this.weights.data;
    if (this.precision === Precision.float32) {
      weights.set(stored);
      return;
    }
    const { ranges, levels, errors, columns } = this;
    for (let j = 0; j < columns; j++) ranges[j] = Math.exp(logRanges[j]);
    const noisy = this.precision === Precision.noisy;
    const normal = normals.take(this.weights.rows, columns).data;
    const variance = this.variance.data;
    for (let i = 0, j = 0; i < stored.length; i++, j = j + 1 === columns ? 0 : j + 1) {
      const level = toLevel(stored[i], ranges[j]);
      levels[i] = level;
      if (noisy) {
        const magnitude = Math.abs(level);
        errors[i] =
          before?.levels[i] === level ? before.errors[i] : normal[i] * this.noise.programming[magnitude];
        variance[i] = ((ranges[j] / MAX_LEVEL) * this.noise.read[magnitude]) ** 2;
      }
      weights[i] = (ranges[j] / MAX_LEVEL) * (level + errors[i]);
    }
    if (!noisy) errors.fill(0);
  }

  /**
   * Straight through the rounding, with learned ranges (Esser et al. 2020): turns the gradient by the weights that
   * act, in place, into the one by the stored weights, and adds the one by the logarithms of the ranges.
   */
  backward(stored: Float32Array, gradient: Float32Array, byLogRanges: Float32Array): void {
    if (this.precision === Precision.float32) return;
    const { ranges, levels, errors, columns } = this;
    for (let i = 0, j = 0; i < stored.length; i++, j = j + 1 === columns ? 0 : j + 1) {
      const step = ranges[j] / MAX_LEVEL;
      const exact = stored[i] / step;
      const inside = Math.abs(exact) <= MAX_LEVEL + 0.5;
      byLogRanges[j] += gradient[i] * step * (levels[i] + errors[i] - (inside ? exact : 0));
      if (!inside) gradient[i] = 0;
    }
  }
}
