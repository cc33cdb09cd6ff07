import { inventCharacters } from '../../../data/index.js';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import test, { type ExecutionContext } from 'ava';
import { headLogits } from '../../../network/learning/head.js';
import { ImportError } from '../../../network/import/errors.js';
import { evaluateGraph } from '../../../network/import/evaluate.js';
import type { ImportOptions } from '../../../network/import/import.js';
import { importModel } from '../../../network/node/import-model.js';
import { readTensorflow } from '../../../network/import/tensorflow/tensorflow.js';
import type { DenseLayer } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { SoftwareNetwork } from '../../../network/software/software.js';
import { selectBackend } from '../../../training/tensors/backend.js';

const options: ImportOptions = {
  invent: inventCharacters,
  ink: 1,
  paper: 0,
  updates: 4,
  rate: 0.01,
  ways: 3,
  shots: 2,
  seed: 1,
};

test.before(() => selectBackend('wasm'));

/** A sequential network with random weights, also in place of initial zeros and ones. */
function network(layers: tfl.layers.Layer[], seed = 1): tfl.LayersModel {
  const model = tfl.sequential({ layers });
  const random = new Random(seed);
  for (const layer of model.layers)
    layer.setWeights(
      layer.getWeights().map((weight, index) => {
        const isVariance =
          layer.getClassName() === 'BatchNormalization' && index === layer.getWeights().length - 1;
        const low = isVariance ? 0.2 : -1;
        const values = Float32Array.from({ length: weight.size }, () => random.between(low, 1));
        return tf.tensor(values, weight.shape);
      }),
    );
  return model;
}

/** Writes a folder as TensorFlow.js does, its weights in two shards; returns the folder. */
async function saved(model: tfl.LayersModel): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-tfjs-'));
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = Buffer.from(weightData as ArrayBuffer);
      const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
      const cut = Math.floor(bytes.length / 2) + 1;
      await writeFile(join(folder, paths[0]), bytes.subarray(0, cut));
      await writeFile(join(folder, paths[1]), bytes.subarray(cut));
      await writeFile(
        join(folder, 'model.json'),
        JSON.stringify({
          format: 'layers-model',
          generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
          convertedBy: null,
          modelTopology,
          weightsManifest: [{ paths, weights: weightSpecs }],
        }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  return folder;
}

/**
 * The plain evaluation and the model's software network both agree with tfjs-layers; a softmax is
 * undone.
 */
async function agrees(t: ExecutionContext, original: tfl.LayersModel, more: Partial<ImportOptions> = {}) {
  const folder = await saved(original);
  const { model, report } = await importModel(folder, { ...options, ...more });
  const graph = await readTensorflow({
    format: 'tensorflow.js',
    file: 'model.json',
    name: '',
    bytes: await readFile(join(folder, 'model.json')),
    read: (name) => readFile(join(folder, name)),
  });
  const side = graph.input.width;
  const software = new SoftwareNetwork(model);
  const random = new Random(9);
  const head = model.description.layers.at(-1) as DenseLayer;
  for (let image = 0; image < 3; image++) {
    const drawing = Float32Array.from({ length: side * side }, () => random.uniform());
    const output = original.predict(tf.tensor(drawing, [1, side, side, 1])) as tf.Tensor;
    const expected = output.dataSync() as Float32Array;
    const straight = evaluateGraph(graph, Float64Array.from(drawing));
    const features = software.features(drawing);
    const found =
      report.head.choice === 'keep'
        ? headLogits(model.tensors.get(head.weights!)!.data, features, model.tensors.get(head.bias!)!.data)
        : features;
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    t.is(found.length, expected.length);
    t.true(scale > 0.01, `${expected}`);
    for (const [index, value] of expected.entries()) {
      t.true(Math.abs(straight[index] - value) < 1e-5 * scale);
      t.true(Math.abs(found[index] - value) < 1e-5 * scale, `${found[index]} is not ${value}`);
    }
  }
  return { model, report, folder };
}

const conv = (name: string, filters: number, more = {}) =>
  tfl.layers.conv2d({ name, filters, kernelSize: 3, padding: 'same', ...more });

/** The network of the Keras examples for few-shot learning: convolution, batch norm, ReLU, pooling. */
const keras = (filters = 3) => [
  conv('conv1', filters, { inputShape: [28, 28, 1], useBias: false }),
  tfl.layers.batchNormalization({ name: 'bn1' }),
  tfl.layers.reLU({ name: 'relu1' }),
  tfl.layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
  conv('conv2', filters + 1),
  tfl.layers.batchNormalization({ name: 'bn2', scale: false, center: false }),
  tfl.layers.activation({ name: 'relu2', activation: 'relu' }),
  tfl.layers.maxPooling2d({ name: 'pool2', poolSize: [3, 3], padding: 'valid' }),
  tfl.layers.dropout({ name: 'drop', rate: 0.5 }),
  tfl.layers.flatten({ name: 'flatten' }),
  tfl.layers.dense({ name: 'head', units: 5 }),
];

test('convolutions, batch norm, ReLU, pooling and a head: as tfjs-layers, features permuted', async (t) => {
  const { model, report, folder } = await agrees(t, network(keras()));
  t.deepEqual(
    model.description.layers.map(({ name }) => name),
    ['conv1', 'conv2', 'head'],
  );
  t.like(report, { format: 'tensorflow.js', ignored: ['drop'], head: { choice: 'keep', ways: 5 } });
  const byFile = await importModel(join(folder, 'model.json'), options);
  t.deepEqual(byFile.model.tensors, model.tensors);
  t.is(byFile.report.name, report.name);
});

test('activations inside layers, no padding, a hidden dense layer with batch norm', async (t) => {
  const { report } = await agrees(
    t,
    network([
      conv('conv1', 2, { inputShape: [9, 9, 1], activation: 'relu', padding: 'valid', kernelSize: [3, 2] }),
      tfl.layers.flatten(),
      tfl.layers.dense({ name: 'hidden', units: 7 }),
      tfl.layers.batchNormalization({ name: 'bn' }),
      tfl.layers.reLU(),
      tfl.layers.dense({ name: 'features', units: 4, activation: 'relu' }),
    ]),
  );
  t.like(report.head, { layer: 'head', choice: 'add' });
});

test('batch norm behind ReLU and pooling is folded into an unpadded convolution and a hidden dense layer', (t) =>
  agrees(
    t,
    network([
      conv('conv1', 2, { inputShape: [9, 9, 1], activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 3 }),
      tfl.layers.batchNormalization({ name: 'bn1' }),
      conv('conv2', 3, { kernelSize: 2, padding: 'valid', activation: 'relu' }),
      tfl.layers.batchNormalization({ name: 'bn2' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ name: 'hidden', units: 16, activation: 'relu' }),
    ]),
  ).then(() => t.pass()));

test('a functional network is the same as a sequential one', async (t) => {
  const sequential = network(keras());
  const input = tfl.input({ shape: [28, 28, 1], name: 'image' });
  let output = input;
  for (const layer of network(keras(3)).layers) output = layer.apply(output) as tfl.SymbolicTensor;
  const functional = tfl.model({ inputs: input, outputs: output });
  functional.setWeights(sequential.getWeights());
  const { model } = await agrees(t, functional);
  const { model: other } = await agrees(t, sequential);
  t.deepEqual(model.tensors, other.tensors);
});

test('a softmax at the end is left to the runtime', async (t) => {
  const layers = [
    ...keras().slice(0, -1),
    tfl.layers.dense({ name: 'head', units: 5, activation: 'softmax' }),
  ];
  const folder = await saved(network(layers));
  const plain = await saved(network(keras()));
  const [{ model }, { model: other }] = await Promise.all(
    [folder, plain].map((path) => importModel(path, options)),
  );
  t.deepEqual(model.tensors, other.tensors);
});

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

test('the file of Keras 3, which differs, is read as well', async (t) => {
  const folder = await saved(network(keras()));
  const { model } = await importModel(folder, options);
  await changeJson(folder, (json) => {
    const { config } = json.modelTopology;
    const layers = config.layers as Json[];
    delete layers[0].config.batch_input_shape;
    const image = { class_name: 'InputLayer', config: { name: 'image', batch_shape: [null, 28, 28, 1] } };
    const functional = [image, ...layers].map((layer, index, all) => ({
      ...layer,
      inbound_nodes:
        index === 0
          ? []
          : [
              {
                args: [
                  {
                    class_name: '__keras_tensor__',
                    config: { shape: [null, 1], keras_history: [(all[index - 1] as Json).config.name, 0, 0] },
                  },
                ],
                kwargs: {},
              },
            ],
    }));
    json.modelTopology = {
      keras_version: '3.0.0',
      model_config: { class_name: 'Functional', config: { layers: functional } },
    };
    for (const weight of json.weightsManifest[0].weights) weight.name = `functional/${weight.name}`;
  });
  t.deepEqual((await importModel(folder, options)).model.tensors, model.tensors);
});

async function changeJson(folder: string, change: (json: Json) => void): Promise<void> {
  const path = join(folder, 'model.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as Json;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

const configOf = (json: Json, name: string): Json =>
  json.modelTopology.config.layers.find((layer: Json) => layer.config.name === name).config;
const set =
  (name: string, more: Json) =>
  (json: Json): void =>
    void Object.assign(configOf(json, name), more);

const changes: [string, (json: Json) => void, RegExp][] = [
  ['a stride', set('conv1', { strides: [2, 2] }), /Layer conv1 has strides \[2, 2\]; .* of 1/],
  ['a dilation', set('conv1', { dilation_rate: [2, 2] }), /conv1 has dilation_rate \[2, 2\]/],
  ['groups', set('conv2', { groups: 3 }), /conv2 has groups \[3\]/],
  ['channels first', set('conv1', { data_format: 'channels_first' }), /conv1 has data_format channels_first/],
  [
    'another activation',
    set('conv1', { activation: 'tanh' }),
    /conv1 has the activation tanh; supported are/,
  ],
  ['an activation cut off', set('relu1', { max_value: 6 }), /relu1 has max_value 6/],
  [
    'pooling with overlap',
    set('pool2', { strides: [2, 2] }),
    /pool2 pools windows of \[3, 3\] with strides \[2, 2\]/,
  ],
  [
    'padded pooling',
    set('pool2', { padding: 'same' }),
    /pool2 has padding "same" and pools a map of 14 x 14 by 3/,
  ],
  ['batch norm over rows', set('bn1', { axis: [1] }), /bn1 has axis 1; channels must be the last axis, 3/],
  ['a kernel without a size', set('conv1', { kernel_size: null }), /Layer conv1 is malformed at kernel_size/],
  ['a softmax in the middle', set('relu2', { activation: 'softmax' }), /relu2 has the activation softmax/],
  [
    'a layer that a model lacks',
    (json) => (json.modelTopology.config.layers[3].class_name = 'AveragePooling2D'),
    /Layer pool1 is a AveragePooling2D, .* supported are InputLayer, Conv2D/,
  ],
  [
    'an input of no fixed size',
    set('conv1', { batch_input_shape: [null, null, 28, 1] }),
    /shape \[\?, \?, 28, 1\]/,
  ],
  [
    'a weight that is missing',
    (json) => (json.weightsManifest[0].weights[0].name = 'other/kernel'),
    /conv1 needs the weight conv1\/kernel/,
  ],
  [
    'quantised weights',
    (json) => (json.weightsManifest[0].weights[0].quantization = { dtype: 'uint8', min: 0, scale: 1 }),
    /conv1\/kernel has the type uint8; save the network in float32/,
  ],
  [
    'weights of integers',
    (json) => (json.weightsManifest[0].weights[0].dtype = 'int32'),
    /has the type int32/,
  ],
  [
    'a weight of another size',
    (json) => (json.weightsManifest[0].weights[0].shape = [3, 3, 1, 9]),
    /have \d+ bytes, but their weights need/,
  ],
  [
    'a shard outside the folder',
    (json) => (json.weightsManifest[0].paths[0] = '../x.bin'),
    /no file in the network's folder/,
  ],
  ['a graph model', (json) => (json.format = 'graph-model'), /holds a graph-model; export a layers-model/],
  ['no topology', (json) => delete json.modelTopology, /model\.json is malformed at modelTopology/],
  [
    'a network of another kind',
    (json) => (json.modelTopology.class_name = 'Custom'),
    /holds a Custom; supported are/,
  ],
];

async function refused(t: ExecutionContext, folder: string, message: RegExp): Promise<void> {
  const before = await readdir(folder);
  const error = await t.throwsAsync(importModel(folder, options), { instanceOf: ImportError });
  t.true(error.message.startsWith(`${folder}: `));
  t.regex(error.message, message);
  t.regex(error.message, /^[^\n]+\.$/);
  t.deepEqual(await readdir(folder), before);
}

for (const [fault, change, message] of changes)
  test(`${fault} is refused with its name`, async (t) => {
    const folder = await saved(network(keras(1)));
    await changeJson(folder, change);
    await refused(t, folder, message);
  });

test('an even kernel with padding is refused', async (t) => {
  const layers = [conv('conv1', 2, { inputShape: [8, 8, 1], kernelSize: 4 }), tfl.layers.flatten()];
  await refused(t, await saved(network(layers)), /conv1 has padding "same" around a kernel of 4 x 4/);
});

test('branches are refused with the names of the layers', async (t) => {
  const input = tfl.input({ shape: [8, 8, 1], name: 'image' });
  const one = conv('one', 2).apply(input) as tfl.SymbolicTensor;
  const sum = tfl.layers
    .add({ name: 'sum' })
    .apply([one, conv('two', 2).apply(one) as tfl.SymbolicTensor]) as tfl.SymbolicTensor;
  const folder = await saved(tfl.model({ inputs: input, outputs: sum }));
  await refused(t, folder, /Layer one is followed by (two and sum|sum and two)/);
});

test('a missing or truncated shard, and a truncated or missing model.json, are refused', async (t) => {
  const folder = await saved(network(keras(1)));
  const shard = join(folder, 'group1-shard2of2.bin');
  const bytes = await readFile(shard);
  await writeFile(shard, bytes.subarray(1));
  await refused(t, folder, /shards group1-shard1of2\.bin, group1-shard2of2\.bin have \d+ bytes/);
  await rm(shard);
  await refused(t, folder, /The shard group1-shard2of2\.bin cannot be read/);
  const json = join(folder, 'model.json');
  await writeFile(json, (await readFile(json)).subarray(0, 300));
  await refused(t, folder, /not JSON, or it is truncated/);
  await rm(json);
  await refused(t, folder, /model\.json cannot be read \(ENOENT\)/);
});
