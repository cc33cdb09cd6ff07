import { ImportError } from './errors.js';
import type { Values } from './graph.js';

/**
 * Limits of what a model can express of convolutions and pooling. Messages name the layer, and the attribute
 * as the file calls it.
 */

/** Errors: `ImportError` unless all values are `wanted`. */
export function requireAll(
  layer: string,
  attribute: string,
  values: readonly number[],
  wanted: number,
): void {
  if (values.some((value) => value !== wanted))
    throw new ImportError(
      `Layer ${layer} has ${attribute} [${values.join(', ')}]; a model can only hold ${attribute} of ${wanted}.`,
    );
}

/**
 * Padding of a convolution from explicit pads [top, left, bottom, right]. Errors: `ImportError` for any
 * other.
 */
export function paddingOf(
  layer: string,
  [height, width]: readonly number[],
  pads: readonly number[],
): 'same' | 'valid' {
  if (pads.every((pad) => pad === 0)) return 'valid';
  const [y, x] = [(height - 1) / 2, (width - 1) / 2];
  if (pads.length === 4 && [y, x, y, x].every((pad, side) => pad === pads[side])) return 'same';
  throw new ImportError(
    `Layer ${layer} has pads [${pads.join(', ')}] around a kernel of ${height} x ${width}; a model can only hold none, or half of an odd kernel on every side.`,
  );
}

/** Padding "same" as a word. Errors: `ImportError` unless the kernel is odd. */
export function samePadding(layer: string, [height, width]: readonly number[]): 'same' {
  if (height % 2 === 0 || width % 2 === 0)
    throw new ImportError(
      `Layer ${layer} has padding "same" around a kernel of ${height} x ${width}; a model can only hold it around odd kernels.`,
    );
  return 'same';
}

/** Window of a max pooling. Errors: `ImportError` unless it is square and as wide as its stride. */
export function windowOf(layer: string, kernel: readonly number[], strides: readonly number[]): number {
  const [window] = kernel;
  if (kernel.length !== 2 || window < 1 || [...kernel, ...strides].some((size) => size !== window))
    throw new ImportError(
      `Layer ${layer} pools windows of [${kernel.join(', ')}] with strides [${strides.join(', ')}]; a model can only hold square windows with a stride of their size.`,
    );
  return window;
}

/**
 * For a format that pads the rest of a map. Errors: `ImportError` unless windows cover the whole map, as a
 * model drops the rest.
 */
export function requireWhole(
  layer: string,
  attribute: string,
  window: number,
  { height, width }: Values,
): void {
  if (height % window !== 0 || width % window !== 0)
    throw new ImportError(
      `Layer ${layer} has ${attribute} and pools a map of ${height} x ${width} by ${window}; a model drops an odd rest, so that the map must be a multiple of the window.`,
    );
}
