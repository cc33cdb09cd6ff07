import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { decodeModel, encodeModel } from '../../../network/model/model-file.js';
import { loadModel, saveModel } from '../../../network/node/model-files.js';
import type { DenseLayer, Model } from '../../../network/model/model.js';
import { writeSafetensors } from '../../../network/model/safetensors.js';
import { ModelError } from '../../../network/model/errors.js';
import { layerShapes } from '../../../network/model/shapes.js';
import { smallModel } from '../small-model.js';

test('a model is saved and loaded, and nothing else is left in the folder', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-'));
  const path = join(folder, 'model.safetensors');
  await saveModel(path, smallModel());
  t.deepEqual(await loadModel(path), smallModel());
  t.deepEqual(await readdir(folder), ['model.safetensors']);
});

test('an unsound model is not written over a sound one', async (t) => {
  const path = join(await mkdtemp(join(tmpdir(), 'pcm-')), 'model.safetensors');
  await saveModel(path, smallModel());
  const before = await readFile(path);
  const broken = smallModel();
  broken.tensors.get('conv1.weight')!.data[3] = NaN;
  await t.throwsAsync(saveModel(path, broken), { instanceOf: ModelError });
  t.deepEqual(await readFile(path), before);
});

test('errors start with the path', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-'));
  const path = join(folder, 'text.txt');
  await writeFile(path, 'no model');
  await t.throwsAsync(loadModel(path), { instanceOf: ModelError, message: /text\.txt: .*not a safetensors/ });
  await t.throwsAsync(loadModel(join(folder, 'none')), { instanceOf: ModelError, message: /no such model/ });
});

test('the shapes of the layers follow from the tensors', (t) => {
  const shapes = layerShapes(smallModel());
  t.deepEqual(
    shapes.map(({ rows, columns, output }) => ({ rows, columns, output })),
    [
      { rows: 9, columns: 2, output: { channels: 2, height: 3, width: 3 } },
      { rows: 18, columns: 3, output: { channels: 3, height: 3, width: 3 } },
      { rows: 27, columns: undefined, output: undefined },
    ],
  );
});

const breakages: [string, (model: Model) => void, RegExp][] = [
  ['NaN', ({ tensors }) => (tensors.get('conv2.weight')!.data[5] = NaN), /conv2\.weight holds NaN/],
  ['infinity', ({ tensors }) => (tensors.get('conv2.bias')!.data[0] = -Infinity), /conv2\.bias holds NaN/],
  [
    'a missing tensor',
    ({ tensors }) => tensors.delete('conv2.weight'),
    /conv2 needs the tensor conv2\.weight/,
  ],
  [
    'channels that do not chain',
    ({ tensors }) => tensors.set('conv2.weight', { shape: [3, 1, 3, 3], data: new Float32Array(27) }),
    /conv2 takes 1 channels, but 2/,
  ],
  [
    'a bias of another size',
    ({ tensors }) => tensors.set('conv1.bias', { shape: [1], data: new Float32Array(1) }),
    /2 outputs.*conv1\.bias has 1/,
  ],
  [
    'a mean of another size',
    ({ tensors }) => tensors.set('conv2.mean', { shape: [2], data: new Float32Array(2) }),
    /3 outputs.*conv2\.mean has 2/,
  ],
  [
    'a dense layer of another width',
    ({ description, tensors }) => {
      (description.layers[2] as DenseLayer).weights = 'head.weight';
      tensors.set('head.weight', { shape: [5, 26], data: new Float32Array(130) });
    },
    /head takes 26 features, but 27/,
  ],
  [
    'a pool that leaves nothing',
    ({ description }) => Object.assign(description.layers[0], { pool: 7 }),
    /conv1 leaves/,
  ],
  ['an inner loop on no layer', ({ description }) => (description.inner.layer = 'conv1'), /must be the last/],
  ['a name used twice', ({ description }) => (description.layers[1].name = 'conv1'), /Two layers/],
  [
    'a range of the weights that is not finite',
    ({ description }) => ((description.layers.at(-1) as DenseLayer).weightRange = NaN),
    /weightRange: Invalid input/,
  ],
  ['a rank of 3', ({ tensors }) => (tensors.get('conv1.weight')!.shape = [2, 3, 3]), /rank 4/],
];

for (const [fault, breakIt, message] of breakages) {
  test(`${fault} is refused when reading and when writing`, (t) => {
    const model = smallModel();
    breakIt(model);
    const bytes = writeSafetensors({
      tensors: model.tensors,
      metadata: { 'pcm-hil': JSON.stringify(model.description) },
    });
    t.throws(() => decodeModel(bytes), { instanceOf: ModelError, message });
    t.throws(() => encodeModel(model), { instanceOf: ModelError, message });
  });
}

test('a file without a description, or with a wrong one, is refused', (t) => {
  const decode = (metadata: Record<string, string>) => () =>
    decodeModel(writeSafetensors({ tensors: new Map(), metadata }));
  t.throws(decode({}), { instanceOf: ModelError, message: /pcm-hil/ });
  t.throws(decode({ 'pcm-hil': '{' }), { instanceOf: ModelError, message: /not JSON/ });
  const description = { ...smallModel().description, format: 2 };
  t.throws(decode({ 'pcm-hil': JSON.stringify(description) }), { instanceOf: ModelError, message: /format/ });
});
