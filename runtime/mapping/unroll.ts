import type { LayerShape } from '../../network/index.js';

/** Output positions of a convolution before pooling; one for a dense layer. */
export function positionsOf({ layer, input, kernel }: LayerShape): { height: number; width: number } {
  if (layer.type === 'dense' || !kernel) return { height: 1, width: 1 };
  if (layer.padding === 'same') return { height: input.height, width: input.width };
  return { height: input.height - kernel.height + 1, width: input.width - kernel.width + 1 };
}

/**
 * Unrolls one image of codes [channels, height, width] to the input vectors of a layer, [positions, channels
 * x kernel height x kernel width], so that a convolution is a matrix product. Written to `vectors` from
 * `start`.
 */
export function unroll(shape: LayerShape, image: Int8Array, vectors: Int8Array, start: number): void {
  const { layer, input, kernel } = shape;
  if (layer.type === 'dense' || !kernel) {
    vectors.set(image, start);
    return;
  }
  const { height, width } = positionsOf(shape);
  const padding = layer.padding === 'same' ? [(kernel.height - 1) / 2, (kernel.width - 1) / 2] : [0, 0];
  let at = start;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < input.channels; channel++) {
        const plane = channel * input.height;
        for (let ky = 0; ky < kernel.height; ky++) {
          const row = y + ky - padding[0];
          const inside = row >= 0 && row < input.height;
          for (let kx = 0; kx < kernel.width; kx++, at++) {
            const column = x + kx - padding[1];
            vectors[at] =
              inside && column >= 0 && column < input.width ? image[(plane + row) * input.width + column] : 0;
          }
        }
      }
    }
  }
}
