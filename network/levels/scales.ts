import { quantise } from './levels.js';
import { MAX_INPUT_CODE } from './input-codes.js';
import type { Tensor } from '../model/model.js';

/** Part of the activations that fits the input codes; the rest saturates. */
const COVERED = 0.999;

/** A good value for one input code of a layer, from activations that came to it: the 99.9 % quantile at the greatest code. */
export function inputScaleFor(activations: Float32Array): number {
  const sorted = activations.map(Math.abs).sort();
  const highest = sorted[Math.floor(COVERED * (sorted.length - 1))];
  return (highest > 0 ? highest : 1) / MAX_INPUT_CODE;
}

/**
 * The range of the levels with the least squared error of rounding weights [out, in]: a wider one wastes levels, a narrower
 * one clips.
 */
export function weightRangeFor(weights: Tensor): number {
  const greatest = weights.data.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  let best = { range: greatest, error: Infinity };
  for (let share = 1; share > 0.1; share *= 0.95) {
    const rounded = quantise(weights, share * greatest).data;
    const error = rounded.reduce((sum, weight, index) => sum + (weight - weights.data[index]) ** 2, 0);
    if (error < best.error) best = { range: share * greatest, error };
  }
  return best.range;
}
