import {
  activationOf,
  countInputCodes,
  type InputCounts,
  inputCodes,
  type LayerShape,
  type Model,
  sizeOf,
  subtractMean,
} from '../../network/index.js';
import { positionsOf, unroll } from '../mapping/unroll.js';

/**
 * Input codes [images x positions, rows] that drive the crossbar of a layer for these images, each [channels,
 * height, width]. The codes are added to `counts`.
 */
export function stageVectors(
  shape: LayerShape,
  inputScale: number,
  images: readonly Float32Array[],
  counts?: InputCounts,
): Int8Array {
  const { height, width } = positionsOf(shape);
  const size = height * width * shape.rows;
  const vectors = new Int8Array(images.length * size);
  for (const [index, image] of images.entries()) {
    const codes = inputCodes(image, inputScale);
    if (counts) countInputCodes(codes, image, inputScale, counts);
    unroll(shape, codes, vectors, index * size);
  }
  return vectors;
}

/**
 * Weighted sums [images x positions, channels] to activations, one array [channels, height, width] for each
 * image.
 */
export function stageOutputs(
  shape: LayerShape,
  sums: Float32Array,
  images: number,
  constants: StageConstants,
): Float32Array[] {
  const size = sums.length / images;
  return Array.from({ length: images }, (_, index) =>
    finish(shape, sums.subarray(index * size, (index + 1) * size), constants),
  );
}

/** Bias, added before the activation, and mean, subtracted after the pooling, each [channels]. */
export interface StageConstants {
  bias?: Float32Array;
  mean?: Float32Array;
}

/** Bias and mean of a layer of a model. */
export function constantsOf({ tensors }: Model, { layer: { bias, mean } }: LayerShape): StageConstants {
  return {
    ...(bias !== undefined && { bias: tensors.get(bias)!.data }),
    ...(mean !== undefined && { mean: tensors.get(mean)!.data }),
  };
}

/**
 * Bias, activation, pooling and mean: sums [positions, channels] of one image to activations [channels,
 * height, width].
 */
function finish(shape: LayerShape, sums: Float32Array, { bias, mean }: StageConstants): Float32Array {
  const { layer, output } = shape;
  if (!output) throw new Error(`Layer ${layer.name} has no outputs of its own.`);
  const { height, width } = positionsOf(shape);
  const pool = layer.type === 'convolution' ? layer.pool : 1;
  const activation = activationOf(layer.activation);
  const activations = new Float32Array(sizeOf(output)).fill(-Infinity);
  const { channels } = output;
  for (let y = 0; y < Math.min(height, output.height * pool); y++) {
    for (let x = 0; x < Math.min(width, output.width * pool); x++) {
      const at = (y * width + x) * channels;
      const cell = Math.floor(y / pool) * output.width + Math.floor(x / pool);
      for (let channel = 0; channel < channels; channel++) {
        const value = activation(sums[at + channel] + (bias ? bias[channel] : 0));
        const target = channel * output.height * output.width + cell;
        if (value > activations[target]) activations[target] = value;
      }
    }
  }
  if (mean) subtractMean(activations, mean);
  return activations;
}
