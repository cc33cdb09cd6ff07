import type { Tensor } from '../model/model.js';

/** The outermost level: a pair of conductances can hold -7 .. 7, about 4 bits. */
export const MAX_LEVEL = 7;

/** The level of a weight; `range` is the magnitude of the outermost one. Halves round away from zero. */
export function toLevel(weight: number, range: number): number {
  if (range === 0) return 0;
  const level = Math.min(MAX_LEVEL, Math.round((Math.abs(weight) / range) * MAX_LEVEL));
  return weight < 0 ? -level : level;
}

/** Maximum magnitude [out] of each output's weights in a tensor [out, ...]. */
export function columnRanges({ shape, data }: Tensor): Float32Array {
  const length = data.length / shape[0];
  return Float32Array.from({ length: shape[0] }, (_, column) =>
    data
      .subarray(column * length, (column + 1) * length)
      .reduce((highest, weight) => Math.max(highest, Math.abs(weight)), 0),
  );
}

/**
 * Rounds weights [out, ...] to the values of their levels. `range` is the magnitude of the outermost level
 * for all outputs; by default, each output has its own, from its largest weight.
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
