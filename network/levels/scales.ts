import { quantise } from './levels.js';
import { MAX_INPUT_CODE } from './input-codes.js';
import type { Tensor } from '../model/model.js';

/** Fraction of the activations within the input codes; the rest saturates. */
const COVERED = 0.999;

/**
 * Value of one input code of a layer, from sample activations of its input: their 99.9 % quantile gets the
 * maximum code.
 */
export function inputScaleFor(activations: Float32Array): number {
  const sorted = activations.map(Math.abs).sort();
  const highest = sorted[Math.floor(COVERED * (sorted.length - 1))];
  return (highest > 0 ? highest : 1) / MAX_INPUT_CODE;
}

/**
 * The range of the levels that minimises the squared error of rounding weights [out, in]: a wider one wastes
 * levels, a narrower one clips.
 */
export function weightRangeFor(weights: Tensor): number {
  const maximum = weights.data.reduce((highest, weight) => Math.max(highest, Math.abs(weight)), 0);
  let best = { range: maximum, error: Infinity };
  for (let share = 1; share > 0.1; share *= 0.95) {
    const rounded = quantise(weights, share * maximum).data;
    const error = rounded.reduce((sum, weight, index) => sum + (weight - weights.data[index]) ** 2, 0);
    if (error < best.error) best = { range: share * maximum, error };
  }
  return best.range;
}
