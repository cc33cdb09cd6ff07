import type { Layer, Model, Tensor } from '../../network/model/model.js';
import { Random } from '../../network/numerics/random.js';

/** Uniform values of -1 .. 1. */
export function randomTensor(shape: number[], random: Random): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from({ length: size }, () => random.between(-1, 1)) };
}

/**
 * 1 x 6 x 6 -> convolution to 2 x 3 x 3 -> convolution to 3 x 3 x 3 -> head of 27 features without stored
 * weights.
 */
export function smallModel(seed = 1): Model {
  const random = new Random(seed);
  const convolution = (name: string, pool: number): Layer => ({
    type: 'convolution',
    name,
    weights: `${name}.weight`,
    bias: `${name}.bias`,
    padding: 'same',
    activation: 'relu',
    pool,
    inputScale: 0.01,
  });
  return {
    description: {
      format: 1,
      task: 'few-shot-classification',
      name: 'small',
      input: { channels: 1, height: 6, width: 6 },
      layers: [
        convolution('conv1', 2),
        { ...convolution('conv2', 1), mean: 'conv2.mean' },
        { type: 'dense', name: 'head', activation: 'none', inputScale: 0.05, weightRange: 0.2 },
      ],
      inner: { layer: 'head', updates: 4, rate: 0.05 },
    },
    tensors: new Map([
      ['conv1.weight', randomTensor([2, 1, 3, 3], random)],
      ['conv1.bias', randomTensor([2], random)],
      ['conv2.weight', randomTensor([3, 2, 3, 3], random)],
      ['conv2.bias', randomTensor([3], random)],
      ['conv2.mean', randomTensor([3], random)],
    ]),
  };
}
