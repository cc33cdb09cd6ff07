import { inventCharacters } from '../../../data/index.js';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import * as ort from 'onnxruntime-web';
import { drawStrokes } from '../../../data/invented/strokes.js';
import { headLogits } from '../../../network/learning/head.js';
import { evaluateGraph } from '../../../network/import/evaluate.js';
import type { ImportOptions } from '../../../network/import/import.js';
import { importModel } from '../../../network/node/import-model.js';
import { readOnnx } from '../../../network/import/onnx/onnx.js';
import { modelProto } from '../../../network/import/onnx/onnx-proto.js';
import type { DenseLayer, Tensor } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { sizeOf } from '../../../network/model/shapes.js';
import { SoftwareNetwork } from '../../../network/software/software.js';
import { randomTensor } from '../small-model.js';
import { batchNorm, normalisation, pytorchLike } from './networks.js';
import { type GraphSpec, type NodeSpec, onnxFile, onnxModel } from './onnx-file.js';

ort.env.wasm.numThreads = 1;

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

async function written(bytes: Uint8Array, name = 'net.onnx'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'pcm-')), name);
  await writeFile(path, bytes);
  return path;
}

const imported = async (spec: GraphSpec, more: Partial<ImportOptions> = {}) =>
  importModel(await written(onnxFile(spec)), { ...options, ...more });

/** Output of onnxruntime for an image, reshaped to the input of the graph. */
async function runtimeOutput({ input, ...spec }: GraphSpec, image: Float32Array): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(onnxFile({ input, ...spec }), {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
  });
  const result = await session.run({
    x: new ort.Tensor('float32', image, [1, ...input.slice(1)]),
  });
  return Object.values(result)[0].data as Float32Array;
}

/** The plain evaluation and the model's software network both agree with onnxruntime. */
async function agrees(t: ExecutionContext, spec: GraphSpec, more: Partial<ImportOptions> = {}) {
  const { model, report } = await imported(spec, more);
  const graph = await readOnnx({
    format: 'onnx',
    file: 'net.onnx',
    name: 'net',
    bytes: onnxFile(spec),
    read: () => Promise.reject(new Error('It has one file.')),
  });
  const network = new SoftwareNetwork(model);
  const random = new Random(9);
  const { ink, paper } = { ...options, ...more };
  const head = model.description.layers.at(-1) as DenseLayer;
  for (let image = 0; image < 3; image++) {
    const drawing = Float32Array.from({ length: sizeOf(graph.input) }, () => random.uniform());
    const fed = drawing.map((value) => paper + (ink - paper) * value);
    const expected = await runtimeOutput(spec, fed);
    const straight = evaluateGraph(graph, Float64Array.from(fed));
    const features = network.features(drawing);
    const found =
      report.head.choice === 'keep'
        ? headLogits(model.tensors.get(head.weights!)!.data, features, model.tensors.get(head.bias!)!.data)
        : features;
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    t.true(scale > 0.01);
    t.is(straight.length, expected.length);
    t.is(found.length, expected.length);
    for (const [index, value] of expected.entries()) {
      t.true(Math.abs(straight[index] - value) < 1e-5 * scale);
      t.true(Math.abs(found[index] - value) < 1e-5 * scale, `${found[index]} is not ${value}`);
    }
  }
  return { model, report };
}

test('a network as PyTorch exports it agrees with onnxruntime', async (t) => {
  const { model, report } = await agrees(t, pytorchLike());
  t.deepEqual(
    model.description.layers.map(({ name, type }) => [name, type]),
    [
      ['conv1', 'convolution'],
      ['conv2', 'convolution'],
      ['head', 'dense'],
    ],
  );
  t.like(report.head, { layer: 'head', choice: 'keep', ways: 5 });
  t.deepEqual(report.ignored, ['drop']);
  t.true(report.comparison.greatestDifference > 0);
});

/** x -> convolutions and the nodes between them -> y; `nodes` continue from `x` and end in `y`. */
function withLayers(nodes: NodeSpec[], seed = 3, input = [1, 1, 12, 12]): GraphSpec {
  const random = new Random(seed);
  const floats: Record<string, Tensor> = {
    w1: randomTensor([3, 1, 3, 3], random),
    b1: randomTensor([3], random),
    w2: randomTensor([4, 3, 5, 5], random),
    w3: randomTensor([2, 3, 1, 1], random),
    rowBias: { shape: [3, 1, 1], data: randomTensor([3], random).data },
    hidden: randomTensor([3 * 100, 6], random),
    hiddenBias: randomTensor([6], random),
    logits: randomTensor([6, 4], random),
    ...normalisation('bn', 3, random),
    ...normalisation('image', 1, random),
    ...normalisation('features', 6, random),
  };
  floats['bn.weight'].data = floats['bn.weight'].data.map(Math.abs);
  return { input, nodes, floats, integers: { flat: [0, -1], firsts: [0, 1, 12, 12] } };
}

const conv = (inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}): NodeSpec => ({
  op: 'Conv',
  inputs,
  output,
  name: `conv-${output}`,
  attributes,
});
const node = (op: string, inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}) => ({
  op,
  inputs,
  output,
  name: `${op}-${output}`,
  attributes,
});
const flattened = node('Reshape', ['z', 'flat'], 'y');

const networks: Record<string, NodeSpec[]> = {
  'no padding, a bias as an Add, hidden dense layers by MatMul, a softmax at the end': [
    conv(['x', 'w1'], 'a'),
    node('Add', ['rowBias', 'a'], 'b'),
    node('Relu', ['b'], 'c'),
    node('Reshape', ['c', 'flat'], 'd'),
    node('MatMul', ['d', 'hidden'], 'e'),
    node('Add', ['e', 'hiddenBias'], 'f'),
    batchNorm('features', 'f', 'g'),
    node('Relu', ['g'], 'h'),
    node('Gemm', ['h', 'logits'], 'i'),
    node('Identity', ['i'], 'y'),
  ],
  'padding by its word, kernels of 5 and 1, pooling before ReLU': [
    conv(['x', 'w1', 'b1'], 'a', { auto_pad: 'SAME_UPPER' }),
    node('MaxPool', ['a'], 'b', { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
    node('Relu', ['b'], 'c'),
    conv(['c', 'w2'], 'z', { auto_pad: 'VALID', kernel_shape: [5, 5] }),
    flattened,
  ],
  'batch norm after pooling, with scales that are not negative': [
    conv(['x', 'w1', 'b1'], 'a', { pads: [1, 1, 1, 1] }),
    node('MaxPool', ['a'], 'b', { kernel_shape: [2, 2], strides: [2, 2] }),
    batchNorm('bn', 'b', 'c'),
    node('Relu', ['c'], 'z'),
    flattened,
  ],
  'batch norm after ReLU and pooling, folded into a following layer without padding': [
    conv(['x', 'w1', 'b1'], 'a', { pads: [1, 1, 1, 1] }),
    node('Relu', ['a'], 'b'),
    batchNorm('bn', 'b', 'c'),
    node('MaxPool', ['c'], 'd', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    conv(['d', 'w3'], 'e'),
    node('Relu', ['e'], 'z'),
    flattened,
  ],
  'batch norm of the image': [
    batchNorm('image', 'x', 'a'),
    conv(['a', 'w1', 'b1'], 'b', { pads: [1, 1, 1, 1] }),
    node('Relu', ['b'], 'z'),
    flattened,
  ],
  'two poolings in a row, of a map with an odd rest': [
    conv(['x', 'w1', 'b1'], 'a'),
    node('Relu', ['a'], 'b'),
    node('MaxPool', ['b'], 'c', { kernel_shape: [3, 3], strides: [3, 3] }),
    node('MaxPool', ['c'], 'z', { kernel_shape: [2, 2], strides: [2, 2] }),
    flattened,
  ],
};

for (const [network, nodes] of Object.entries(networks))
  test(`${network}: as onnxruntime`, async (t) => {
    await agrees(t, withLayers(nodes));
  });

test('channels last, as TensorFlow exports it: the features of the head are permuted', async (t) => {
  const nodes = [
    node('Transpose', ['x'], 'a', { perm: [0, 3, 1, 2] }),
    conv(['a', 'w1', 'b1'], 'b'),
    node('Relu', ['b'], 'c'),
    node('Transpose', ['c'], 'd', { perm: [0, 2, 3, 1] }),
    node('Reshape', ['d', 'flat'], 'e'),
    node('MatMul', ['e', 'hidden'], 'f'),
    node('Relu', ['f'], 'g'),
    node('MatMul', ['g', 'logits'], 'y'),
  ];
  await agrees(t, withLayers(nodes, 4, [1, 12, 12, 1]));
  const [, ...rest] = nodes;
  await agrees(t, withLayers([node('Reshape', ['x', 'firsts'], 'a'), ...rest], 4, [1, 12, 12, 1]));
});

test('a flatten whose shape is computed from the batch', async (t) => {
  const shape = [
    node('Shape', ['z'], 's'),
    node('Gather', ['s', 'first'], 'batch'),
    node('Concat', ['batch', 'rest'], 'target', { axis: 0 }),
    node('Reshape', ['z', 'target'], 'y'),
  ];
  const spec = withLayers([conv(['x', 'w1'], 'a'), node('Relu', ['a'], 'z'), ...shape], 5, [0, 1, 12, 12]);
  await agrees(t, { ...spec, integers: { first: [0], rest: [-1] } });
});

test('ink and paper of other values: the padding stays zero', async (t) => {
  const spec = withLayers(networks['padding by its word, kernels of 5 and 1, pooling before ReLU']);
  const { model } = await agrees(t, spec, { ink: -0.4, paper: 2.8 });
  t.like(model.description.input, { ink: -0.4, paper: 2.8 });
});

test('the head is kept, started at zero, or left below a new one', async (t) => {
  const spec = pytorchLike();
  const kept = await imported(spec);
  t.is(kept.report.head.ways, 5);
  const zero = await imported(spec, { head: 'zero' });
  t.deepEqual(zero.report.head, { layer: 'head', choice: 'zero' });
  t.is((zero.model.description.layers.at(-1) as DenseLayer).weights, undefined);
  t.false([...zero.model.tensors.keys()].some((name) => name.startsWith('head')));
  t.is(zero.report.inner.ways, 3);
  const added = await imported(spec, { head: 'add' });
  t.deepEqual(
    added.model.description.layers.slice(2).map(({ name, weights }) => [name, weights]),
    [
      ['head', 'head.weight'],
      ['head_', undefined],
    ],
  );
  t.is(added.report.comparison.of, 'features');
  await t.throwsAsync(imported(withLayers(networks['batch norm of the image']), { head: 'keep' }), {
    name: 'ImportError',
    message: /net\.onnx: The network does not end in a dense layer .* leave --head out/,
  });
});

test('the rate is measured unless it is given; scales fit the activations', async (t) => {
  const { model, report } = await imported(pytorchLike(), { head: 'zero', rate: undefined });
  t.true(report.inner.rate > 0);
  t.is(model.description.inner.rate, report.inner.rate);
  t.is(model.description.layers[0].inputScale, 1 / 127);
  const [, second] = model.description.layers;
  t.not(second.inputScale, 1 / 127);
  t.true(report.inner.float32 > 0.5, 'tasks of invented drawings are learned');
  const given = await imported(pytorchLike(), { head: 'zero', rate: 1e-9 });
  t.is(given.model.description.inner.rate, 1e-9);
  t.true(given.report.inner.float32 < report.inner.float32);
});

test('weights beyond all measure give a head that learns, or a sentence', async (t) => {
  const scaled = (factor: number) => {
    const spec = pytorchLike();
    for (const name of ['weight', 'bias']) {
      const tensor = spec.floats[`conv2.${name}`];
      tensor.data.forEach((value, index) => (tensor.data[index] = Math.fround(value * factor)));
    }
    return spec;
  };
  const refused = async (factor: number, message: RegExp, more = {}) =>
    t.throwsAsync(imported(scaled(factor), { head: 'keep', rate: undefined, ...more }), {
      name: 'ImportError',
      message,
    });
  const { report } = await imported(scaled(1e30), { head: 'zero', rate: undefined });
  t.true(report.inner.float32 > 0.5);
  await refused(
    1e30,
    /No rate of the inner loop gives a usable loss: .*e\+\d+, too large to learn from\. Scale/,
  );
  await refused(1e30, /At a rate of 1e\+30 the weights of the head grow without bound; name a smaller/, {
    rate: 1e30,
  });
  await refused(1e38, /The network's logits reach \S+e\+\d+, beyond what float32 can hold/);
});

test('scales are measured on the drawings that are given; too few of them are refused', async (t) => {
  const drawings = { classes: 4, drawings: 7, seed: 5 };
  const spec = pytorchLike();
  const invented = await imported(spec, { head: 'zero' });
  const own = await imported(spec, { head: 'zero', classes: drawStrokes(drawings) });
  t.is(own.model.description.training!.measuredOn, 'drawings');
  t.not(own.model.description.layers[1].inputScale, invented.model.description.layers[1].inputScale);
  const few = imported(spec, { head: 'zero', classes: drawStrokes({ ...drawings, classes: 2 }) });
  await t.throwsAsync(few, { name: 'DataError', message: /3 ways need 3 classes, but there are only 2/ });
});

test('values in a file beside the ONNX file, as PyTorch writes them', async (t) => {
  const spec = pytorchLike();
  const whole = await imported(spec);
  const model = onnxModel(spec);
  const data: Uint8Array[] = [];
  let offset = 0;
  model.graph.initializer = model.graph.initializer.map(({ rawData, ...tensor }) => {
    const raw = rawData as Uint8Array;
    const entries = { location: 'net.onnx.data', offset: `${offset}`, length: `${raw.length}` };
    data.push(raw);
    offset += raw.length;
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    return { ...tensor, dataLocation: 1, externalData };
  });
  const path = await written(modelProto.encode(modelProto.fromObject(model)).finish());
  const beside = `${path}.data`;
  const missing = /values of tensor \S+ stand in net\.onnx\.data, which cannot be read/;
  await t.throwsAsync(importModel(path, options), { name: 'ImportError', message: missing });
  await writeFile(beside, Buffer.concat(data));
  t.deepEqual((await importModel(path, options)).model.tensors, whole.model.tensors);
  await writeFile(beside, Buffer.concat(data).subarray(0, 100));
  await t.throwsAsync(importModel(path, options), {
    message: /net\.onnx\.data, which has 100; .* truncated/,
  });
});
