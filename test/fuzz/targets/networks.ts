import { inventCharacters } from '../../../data/index.js';
import {
  decodeModel,
  encodeModel,
  ImportError,
  importNetwork,
  ModelError,
  type NetworkFiles,
  Random,
} from '../../../network/index.js';
import { modelProto } from '../../../network/import/onnx/onnx-proto.js';
import { batchNorm, normalisation } from '../../network/import/networks.js';
import { type GraphSpec, type NodeSpec, onnxFile } from '../../network/import/onnx-file.js';
import { randomTensor } from '../../network/small-model.js';
import { mutateBytes, mutateJson } from '../mutate.js';
import { bytesOf, type Target, textOf } from '../target.js';

const random = new Random(1);
const floats = {
  kernel: randomTensor([2, 1, 3, 3], random),
  'conv.bias': randomTensor([2], random),
  weights: randomTensor([3, 18], random),
  ...normalisation('norm', 2, random),
};
const head = [
  { op: 'Flatten', inputs: ['p'], output: 'f' },
  { op: 'Gemm', inputs: ['f', 'weights'], output: 'y', attributes: { transB: 1 } },
];
const pool: NodeSpec = {
  op: 'MaxPool',
  inputs: ['r'],
  output: 'p',
  attributes: { kernel_shape: [2, 2], strides: [2, 2] },
};
const graphs: GraphSpec[] = [
  {
    input: [0, 1, 6, 6],
    nodes: [
      { op: 'Conv', inputs: ['x', 'kernel', 'conv.bias'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
      batchNorm('norm', 'c', 'n'),
      { op: 'Relu', inputs: ['n'], output: 'r' },
      pool,
      ...head,
    ],
    floats,
  },
  {
    input: [1, 1, 6, 6],
    nodes: [
      { op: 'Conv', inputs: ['x', 'kernel'], output: 'c', attributes: { auto_pad: 'SAME_UPPER' } },
      { op: 'Relu', inputs: ['c'], output: 'r' },
      pool,
      { op: 'Shape', inputs: ['p'], output: 's' },
      { op: 'Slice', inputs: ['s', 'from', 'to'], output: 'batch' },
      { op: 'Concat', inputs: ['batch', 'rest'], output: 'shape', attributes: { axis: 0 } },
      { op: 'Reshape', inputs: ['p', 'shape'], output: 'f' },
      head[1],
    ],
    floats,
    integers: { from: [0], to: [1], rest: [-1] },
  },
];

/** Imports a network and writes the model. */
async function importFrom(files: Pick<NetworkFiles, 'format' | 'bytes' | 'read'>): Promise<void> {
  const options = { invent: inventCharacters, ink: 1, paper: 0, updates: 2, ways: 2, shots: 1, seed: 1 };
  const { model } = await importNetwork({ ...files, file: 'network', name: 'network' }, options);
  decodeModel(encodeModel(model));
}

export const onnx: Target = {
  name: 'onnx',
  reads: 'networks in ONNX files, up to the model that is written',
  refusals: [ImportError, ModelError],
  seeds: () => graphs.map(onnxFile),
  read: (bytes) => importFrom({ format: 'onnx', bytes, read: async () => new Uint8Array(72) }),
  mutate(input, random) {
    try {
      const options = { longs: Number, arrays: true } as const;
      const changed = mutateJson(modelProto.toObject(modelProto.decode(input), options), random);
      return modelProto.encode(modelProto.fromObject(changed as object)).finish();
    } catch {
      return mutateBytes(input, random);
    }
  },
  words: [
    'Conv',
    'Gemm',
    'MatMul',
    'Add',
    'Transpose',
    'Constant',
    'Softmax',
    'Identity',
    'auto_pad',
    'VALID',
  ],
};

const layer = (kind: string, config: object) => ({ class_name: kind, config: { name: kind, ...config } });
const description = {
  format: 'layers-model',
  modelTopology: {
    class_name: 'Sequential',
    config: {
      name: 'sequential',
      layers: [
        layer('Conv2D', { batch_input_shape: [null, 6, 6, 1], kernel_size: [3, 3], padding: 'same' }),
        layer('BatchNormalization', { axis: 3, epsilon: 0.001 }),
        layer('ReLU', {}),
        layer('MaxPooling2D', { pool_size: [2, 2], strides: [2, 2] }),
        layer('Flatten', {}),
        layer('Dense', { activation: 'softmax' }),
      ],
    },
  },
  weightsManifest: [
    {
      paths: ['shard.bin'],
      weights: [
        ['Conv2D/kernel', [3, 3, 1, 2]],
        ['Conv2D/bias', [2]],
        ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((kind) => [
          `BatchNormalization/${kind}`,
          [2],
        ]),
        ['Dense/kernel', [18, 3]],
        ['Dense/bias', [3]],
      ].map(([name, shape]) => ({ name, shape, dtype: 'float32' })),
    },
  ],
};
const shard = new Uint8Array(
  Float32Array.from({ length: 18 + 2 + 8 + 57 }, () => random.between(0.1, 1)).buffer,
);

/** The description, a zero byte, the shard. */
export const tensorflow: Target = {
  name: 'tensorflow',
  reads: 'folders of TensorFlow.js, up to the model that is written',
  refusals: [ImportError, ModelError],
  seeds: () => [Uint8Array.from([...bytesOf(JSON.stringify(description)), 0, ...shard])],
  read(input) {
    const end = input.includes(0) ? input.indexOf(0) : input.length;
    const read = async () => input.subarray(end + 1);
    return importFrom({ format: 'tensorflow.js', bytes: input.subarray(0, end), read });
  },
  mutate(input, random) {
    const end = input.indexOf(0);
    try {
      const json = mutateJson(JSON.parse(textOf(input.subarray(0, end))), random);
      return Uint8Array.from([...bytesOf(JSON.stringify(json)), ...input.subarray(end)]);
    } catch {
      return mutateBytes(input, random);
    }
  },
};
