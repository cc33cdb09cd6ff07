import type { Random } from '../../network/index.js';

/** Parameters or gradients by name; plain arrays, so that a checkpoint and an optimiser are plain code. */
export type Parameters = Record<string, Float32Array>;

/** Filters of each convolution and its kernel's height and width. */
export const FILTERS = 56;
export const KERNEL = 3;
/** Side of the input image. */
export const SIDE = 28;
/** Max pooling after each convolution; the last stays unpooled, so that its 3 x 3 x 56 values feed the head. */
export const POOLS = [2, 2, 2, 1] as const;
export const FEATURES = 3 * 3 * FILTERS;

/** Channels that come into convolution `layer`. */
export function inputChannels(layer: number): number {
  return layer === 0 ? 1 : FILTERS;
}

/** Side of the image that comes into convolution `layer`. */
export function inputSide(layer: number): number {
  return POOLS.slice(0, layer).reduce((side, pool) => Math.floor(side / pool), SIDE);
}

/** `size` values uniform in +- sqrt(6 / fanIn), the initialisation of He et al. 2015 for ReLU layers. */
export function heUniform(size: number, fanIn: number, random: Random): Float32Array {
  const bound = Math.sqrt(6 / fanIn);
  return Float32Array.from({ length: size }, () => random.between(-bound, bound));
}
