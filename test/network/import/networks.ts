import type { Tensor } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { randomTensor } from '../small-model.js';
import type { GraphSpec, NodeSpec } from './onnx-file.js';

/**
 * Convolution, batch norm, ReLU, pooling, twice; then a dense layer; as PyTorch exports it for evaluation
 * with its batch norm.
 */
export function pytorchLike(seed = 1, filters = 4, ways = 5): GraphSpec & { floats: Record<string, Tensor> } {
  const random = new Random(seed);
  const floats: Record<string, Tensor> = {
    'conv1.weight': randomTensor([filters, 1, 3, 3], random),
    'conv2.weight': randomTensor([filters + 1, filters, 3, 3], random),
    'conv2.bias': randomTensor([filters + 1], random),
    ...normalisation('bn1', filters, random),
    ...normalisation('bn2', filters + 1, random),
    'head.weight': randomTensor([ways, (filters + 1) * 9 * 9], random),
    'head.bias': randomTensor([ways], random),
  };
  const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1], dilations: [1, 1], group: 1 };
  const nodes: NodeSpec[] = [
    { op: 'Conv', inputs: ['x', 'conv1.weight'], output: 'a', name: 'conv1', attributes: { ...same } },
    batchNorm('bn1', 'a', 'b'),
    { op: 'Relu', inputs: ['b'], output: 'c', name: 'relu1' },
    {
      op: 'MaxPool',
      inputs: ['c'],
      output: 'd',
      name: 'pool1',
      attributes: { kernel_shape: [3, 3], strides: [3, 3], pads: [0, 0, 0, 0] },
    },
    {
      op: 'Conv',
      inputs: ['d', 'conv2.weight', 'conv2.bias'],
      output: 'e',
      name: 'conv2',
      attributes: { ...same },
    },
    batchNorm('bn2', 'e', 'f'),
    { op: 'Relu', inputs: ['f'], output: 'g', name: 'relu2' },
    { op: 'Dropout', inputs: ['g'], output: 'h', name: 'drop' },
    { op: 'Flatten', inputs: ['h'], output: 'i', name: 'flatten', attributes: { axis: 1 } },
    {
      op: 'Gemm',
      inputs: ['i', 'head.weight', 'head.bias'],
      output: 'y',
      name: 'head',
      attributes: { alpha: { f: 1 }, beta: { f: 1 }, transB: 1 },
    },
  ];
  return { input: [0, 1, 28, 28], nodes, floats };
}

export const batchNorm = (name: string, input: string, output: string): NodeSpec => ({
  op: 'BatchNormalization',
  inputs: [input, ...['weight', 'bias', 'running_mean', 'running_var'].map((kind) => `${name}.${kind}`)],
  output,
  name,
  attributes: { epsilon: { f: 1e-3 }, momentum: { f: 0.9 } },
});

/** Parameters of a batch norm, scales of both signs. */
export function normalisation(name: string, channels: number, random: Random): Record<string, Tensor> {
  const draw = (low: number, high: number): Tensor => ({
    shape: [channels],
    data: Float32Array.from({ length: channels }, () => random.between(low, high)),
  });
  return {
    [`${name}.weight`]: draw(-1, 1),
    [`${name}.bias`]: draw(-1, 1),
    [`${name}.running_mean`]: draw(-1, 1),
    [`${name}.running_var`]: draw(0.2, 2),
  };
}
