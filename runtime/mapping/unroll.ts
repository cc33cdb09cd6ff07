import type { LayerShape } from '../shapes.js';

/** Largest magnitude of an input code: the inputs of a crossbar are signed 8 bit and symmetric. */
export const greatestCode = 127;

/** Input codes of activations: round(x / scale), saturated at +-127. */
export function inputCodes(activations: Float32Array, scale: number): Int8Array {
  const codes = new Int8Array(activations.length);
  for (let i = 0; i < codes.length; i++) {
    const code = Math.round(activations[i] / scale);
    codes[i] = code > greatestCode ? greatestCode : code < -greatestCode ? -greatestCode : code;
  }
  return codes;
}

/** Output positions of a convolution before pooling; one for a dense layer. */
export function positionsOf({ layer, input, kernel }: LayerShape): { height: number; width: number } {
  if (layer.type === 'dense' || !kernel) return { height: 1, width: 1 };
  if (layer.padding === 'same') return { height: input.height, width: input.width };
  return { height: input.height - kernel.height + 1, width: input.width - kernel.width + 1 };
}

/**
 * Unrolls one image of codes [channels, height, width] to the input vectors of a layer, [positions, channels x kernel height x
 * kernel width], so that a convolution is a matrix product. Written to `vectors` from `start`.
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
