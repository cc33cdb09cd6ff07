import { ImportError } from './errors.js';
import type { Values } from './graph.js';

/**
 * What a model can express of convolutions and pooling; the sentences name the layer and the attribute as the format of the file
 * calls it.
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

/** Padding of a convolution from explicit pads [top, left, bottom, right]. */
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

/** "same" padding as a word, which asks for an odd kernel. */
export function samePadding(layer: string, [height, width]: readonly number[]): 'same' {
  if (height % 2 === 0 || width % 2 === 0)
    throw new ImportError(
      `Layer ${layer} has padding "same" around a kernel of ${height} x ${width}; a model can only hold it around odd kernels.`,
    );
  return 'same';
}

/** Window of a max pooling, which must be square and as wide as its stride; `strides` as they are in the file. */
export function windowOf(layer: string, kernel: readonly number[], strides: readonly number[]): number {
  const [window] = kernel;
  if (kernel.length !== 2 || window < 1 || [...kernel, ...strides].some((size) => size !== window))
    throw new ImportError(
      `Layer ${layer} pools windows of [${kernel.join(', ')}] with strides [${strides.join(', ')}]; a model can only hold square windows with a stride of their size.`,
    );
  return window;
}

/** Errors: `ImportError` unless windows cover the whole map, where the rest of a map would be padded and not dropped. */
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
