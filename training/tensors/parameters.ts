import type { Random } from '../../network/index.js';

/**
 * Parameters or gradients by name. They are plain arrays, so that checkpoints and the optimiser are plain
 * code.
 */
export type Parameters = Record<string, Float32Array>;

/** Filters of each convolution. */
export const FILTERS = 56;
/** Height and width of each kernel. */
export const KERNEL = 3;
/** Height and width of the input image. */
export const SIDE = 28;
/**
 * Max pooling after each convolution. The last is not pooled, so that its 3 x 3 x 56 values feed the head.
 */
export const pools = [2, 2, 2, 1] as const;
/** Number of features that feed the head. */
export const FEATURES = 3 * 3 * FILTERS;

/** Number of input channels of convolution `layer`. */
export function inputChannels(layer: number): number {
  return layer === 0 ? 1 : FILTERS;
}

/** Height and width of the input of convolution `layer`. */
export function inputSide(layer: number): number {
  return pools.slice(0, layer).reduce((side, pool) => Math.floor(side / pool), SIDE);
}

/** `size` uniform values within +- sqrt(6 / fanIn): the initialisation of He et al. 2015 for ReLU layers. */
export function heUniform(size: number, fanIn: number, random: Random): Float32Array {
  const bound = Math.sqrt(6 / fanIn);
  return Float32Array.from({ length: size }, () => random.between(-bound, bound));
}
