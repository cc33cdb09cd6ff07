import { ImportError, ModelError, Random } from '../../../../network/index.js';
import { mutateBytes } from '../../mutate-bytes.js';
import { mutateJson } from '../../mutate-json.js';
import { bytesOf, type Target, textOf } from '../../target.js';
import { importFrom } from './import-network.js';

const random = new Random(1);
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
