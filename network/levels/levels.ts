import type { Tensor } from '../model/model.js';

/** The levels that a pair of conductances is good for: -7 .. 7, about 4 bits. */
export const MAX_LEVEL = 7;

/** The level of a weight, when `range` is the magnitude of the outermost one. Halves round away from zero. */
export function toLevel(weight: number, range: number): number {
  if (range === 0) return 0;
  const level = Math.min(MAX_LEVEL, Math.round((Math.abs(weight) / range) * MAX_LEVEL));
  return weight < 0 ? -level : level;
}

/** Largest magnitude of each output's weights, over a tensor [out, ...]. */
export function columnRanges({ shape, data }: Tensor): Float32Array {
  const length = data.length / shape[0];
  return Float32Array.from({ length: shape[0] }, (_, column) =>
    data
      .subarray(column * length, (column + 1) * length)
      .reduce((most, weight) => Math.max(most, Math.abs(weight)), 0),
  );
}

/**
 * The weights [out, ...] that the levels stand for: each weight replaced by its level. `range` holds for all outputs;
 * without it, each output has its own, from its largest weight.
 */
export function quantise(tensor: Tensor, range?: number): Tensor {
  const ranges = range === undefined ? columnRanges(tensor) : new Float32Array(tensor.shape[0]).fill(range);
  const length = tensor.data.length / tensor.shape[0];
  const data = tensor.data.map((weight, index) => {
    const scale = ranges[Math.floor(index / length)];
    return (toLevel(weight, scale) * scale) / MAX_LEVEL;
  });
  return { shape: tensor.shape, data };
}
