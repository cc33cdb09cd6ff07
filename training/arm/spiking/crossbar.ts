import { MAX_LEVEL, toLevel } from '../../../network/index.js';
import type { DeviceNoise, NormalPool } from './device-noise.js';
import { Fidelity } from './fidelity.js';
import type { Matrix, Kernels } from './kernels.js';

/**
 * The crossbar during one trial: turns stored weights into the weights that act, and carries gradients back.
 */
export class Crossbar {
  /** [rows, columns] the weights that act. */
  readonly weights: Matrix;
  /** [rows, columns] variance that a full input adds to a product. */
  readonly variance: Matrix;
  fidelity: Fidelity = Fidelity.float32;
  readonly #columns: number;
  readonly #noise: DeviceNoise;
  readonly #levels: Int8Array;
  /** [rows, columns] deviation of each pair from its level, in levels. */
  readonly #errors: Float32Array;
  readonly #ranges: Float32Array;

  constructor(kernels: Kernels, rows: number, columns: number, noise: DeviceNoise) {
    this.#columns = columns;
    this.#noise = noise;
    this.weights = kernels.matrix(rows, columns);
    this.variance = kernels.matrix(rows, columns);
    this.#levels = new Int8Array(rows * columns);
    this.#errors = new Float32Array(rows * columns);
    this.#ranges = new Float32Array(columns);
  }

  /**
   * Stores weights [rows, columns]. The outermost level of column j stands for exp(logRanges[j]). With
   * `before`, the crossbar of the first trial, only pairs whose level differs are programmed again.
   */
  program(stored: Float32Array, logRanges: Float32Array, normals: NormalPool, before?: Crossbar): void {
    const weights = this.weights.data;
    if (this.fidelity === Fidelity.float32) {
      weights.set(stored);
      return;
    }
    const [ranges, levels, errors, columns] = [this.#ranges, this.#levels, this.#errors, this.#columns];
    for (let j = 0; j < columns; j++) ranges[j] = Math.exp(logRanges[j]);
    const noisy = this.fidelity === Fidelity.noisy;
    const normal = normals.take(this.weights.rows, columns).data;
    const variance = this.variance.data;
    for (let i = 0, j = 0; i < stored.length; i++, j = j + 1 === columns ? 0 : j + 1) {
      const level = toLevel(stored[i], ranges[j]);
      levels[i] = level;
      if (noisy) {
        const magnitude = Math.abs(level);
        errors[i] =
          before && before.#levels[i] === level
            ? before.#errors[i]
            : normal[i] * this.#noise.programming[magnitude];
        variance[i] = ((ranges[j] / MAX_LEVEL) * this.#noise.read[magnitude]) ** 2;
      }
      weights[i] = (ranges[j] / MAX_LEVEL) * (level + errors[i]);
    }
    if (!noisy) errors.fill(0);
  }

  /**
   * Carries a gradient back, straight through the rounding, with learned ranges (Esser et al. 2020). Turns
   * the gradient by the weights that act into the one by the stored weights, in place, and adds the one by
   * the logarithms of the ranges.
   */
  backward(stored: Float32Array, gradient: Float32Array, byLogRanges: Float32Array): void {
    if (this.fidelity === Fidelity.float32) return;
    const [ranges, levels, errors, columns] = [this.#ranges, this.#levels, this.#errors, this.#columns];
    for (let i = 0, j = 0; i < stored.length; i++, j = j + 1 === columns ? 0 : j + 1) {
      const step = ranges[j] / MAX_LEVEL;
      const exact = stored[i] / step;
      const inside = Math.abs(exact) <= MAX_LEVEL + 0.5;
      byLogRanges[j] += gradient[i] * step * (levels[i] + errors[i] - (inside ? exact : 0));
      if (!inside) gradient[i] = 0;
    }
  }
}
