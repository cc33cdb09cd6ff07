import { ImportError, ModelError, Random } from '../../../../network/index.js';
import { modelProto } from '../../../../network/import/onnx/onnx-proto.js';
import { batchNorm, normalisation } from '../../../network/import/networks.js';
import { type GraphSpec, type NodeSpec, onnxFile } from '../../../network/import/onnx-file.js';
import { randomTensor } from '../../../network/small-model.js';
import { mutateBytes } from '../../mutate-bytes.js';
import { mutateJson } from '../../mutate-json.js';
import type { Target } from '../../target.js';
import { importFrom } from './import-network.js';

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
