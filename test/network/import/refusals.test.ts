import { inventCharacters } from '../../../data/index.js';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { ImportError } from '../../../network/import/errors.js';
import { importModel } from '../../../network/node/import-model.js';
import { modelProto } from '../../../network/import/onnx/onnx-proto.js';
import { Random } from '../../../network/numerics/random.js';
import { randomTensor } from '../small-model.js';
import { batchNorm, normalisation, pytorchLike } from './networks.js';
import { type GraphSpec, type NodeSpec, onnxFile, onnxModel } from './onnx-file.js';

const options = {
  invent: inventCharacters,
  ink: 1,
  paper: 0,
  updates: 1,
  rate: 0.01,
  ways: 2,
  shots: 1,
  seed: 1,
};

/** One sentence that starts with the path, for a file of these bytes. */
async function refused(t: ExecutionContext, bytes: Uint8Array, message: RegExp, name = 'net.onnx') {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-'));
  const path = join(folder, name);
  await writeFile(path, bytes);
  const error = await t.throwsAsync(importModel(path, options), { instanceOf: ImportError });
  t.true(error.message.startsWith(`${path}: `), error.message);
  t.regex(error.message, message);
  t.regex(error.message, /^[^\n]+\.$/);
  t.deepEqual(await readdir(folder), [name]);
}

type Change = (spec: ReturnType<typeof pytorchLike>) => void;
const nodeOf = ({ nodes }: GraphSpec, name: string): NodeSpec => nodes.find((node) => node.name === name)!;
const attributes =
  (name: string, more: NodeSpec['attributes']): Change =>
  (spec) =>
    Object.assign(nodeOf(spec, name).attributes!, more);
const operator =
  (name: string, op: string): Change =>
  (spec) =>
    (nodeOf(spec, name).op = op);
/** Puts a node between the one of that name and the next. */
const behind =
  (name: string, node: Omit<NodeSpec, 'inputs' | 'output'> & { inputs?: string[] }): Change =>
  (spec) => {
    const before = nodeOf(spec, name);
    const { output } = before;
    before.output = 'between';
    const inputs = ['between', ...(node.inputs ?? [])];
    spec.nodes.splice(spec.nodes.indexOf(before) + 1, 0, { ...node, inputs, output });
  };

const changes: [string, Change, RegExp][] = [
  [
    'an operator that a model lacks',
    operator('relu1', 'Sigmoid'),
    /Node relu1 has the operator Sigmoid, .* supported are Conv, BatchNormalization, Relu, MaxPool, Gemm/,
  ],
  [
    'an operator named like a property of every object',
    operator('relu1', 'constructor'),
    /has the operator constructor/,
  ],
  [
    'an operator of another domain',
    (spec) => (nodeOf(spec, 'relu1').domain = 'com.example'),
    /relu1 has the operator Relu of the domain com\.example/,
  ],
  ['a stride', attributes('conv1', { strides: [2, 2] }), /Layer conv1 has strides \[2, 2\]; .* of 1/],
  ['a dilation', attributes('conv1', { dilations: [1, 2] }), /conv1 has dilations \[1, 2\]/],
  ['groups', attributes('conv2', { group: 2 }), /conv2 has group \[2\]/],
  [
    'one-sided padding',
    attributes('conv1', { pads: [0, 0, 2, 2] }),
    /conv1 has pads \[0, 0, 2, 2\] around a kernel of 3 x 3/,
  ],
  [
    'pooling with overlap',
    attributes('pool1', { strides: [2, 2] }),
    /pool1 pools windows of \[3, 3\] with strides \[2, 2\]/,
  ],
  ['padded pooling', attributes('pool1', { pads: [1, 1, 1, 1] }), /pool1 has pads \[1, 1, 1, 1\]/],
  [
    'pooling that rounds up',
    attributes('pool1', { ceil_mode: 1 }),
    /pool1 has ceil_mode 1 and pools a map of 28 x 28 by 3/,
  ],
  ['a scaled product', attributes('head', { alpha: { f: 2 } }), /head has alpha \[2\]/],
  ['a product of the transpose', attributes('head', { transA: 1 }), /head has transA \[1\]/],
  ['batch norm in training', attributes('bn1', { training_mode: 1 }), /bn1 has training_mode \[1\]/],
  [
    'batch norm in training, before its opset had a word for it',
    (spec) => (nodeOf(spec, 'bn1').further = ['mean', 'var', 'saved_mean', 'saved_var']),
    /bn1 gives the statistics of its batch \(5 outputs\), .* export the network for inference/,
  ],
  ['flattening of the batch', attributes('flatten', { axis: 0 }), /Flatten with axis 0/],
  [
    'a transpose of height and width',
    behind('relu2', { op: 'Transpose', name: 'turn', attributes: { perm: [0, 1, 3, 2] } }),
    /turn has the operator Transpose with perm \[0 1 3 2\]/,
  ],
  [
    'a softmax in the middle',
    behind('relu2', { op: 'Softmax', name: 'soft' }),
    /soft has the operator Softmax before the end/,
  ],
  [
    'a constant added behind ReLU',
    behind('relu2', { op: 'Add', name: 'add', inputs: ['conv2.bias'] }),
    /added behind relu2; a model can only add one bias right behind/,
  ],
  [
    'two branches',
    (spec) => spec.nodes.splice(3, 0, { op: 'Relu', inputs: ['b'], output: 'other', name: 'side' }),
    /The values b go to Relu relu1 and Relu side; a model is a plain chain/,
  ],
  ['two outputs', (spec) => (spec.outputs = ['y', 'g']), /The values g go to Dropout drop and an output/],
  [
    'a graph that breaks off',
    (spec) => (nodeOf(spec, 'relu2').inputs = ['nothing']),
    /breaks off at f, which is no output/,
  ],
  [
    'a circle',
    (spec) => {
      nodeOf(spec, 'conv1').inputs[0] = 'x';
      nodeOf(spec, 'relu1').output = 'x';
      nodeOf(spec, 'pool1').inputs = ['nothing'];
    },
    /runs in a circle through x/,
  ],
  [
    'an input of no fixed size',
    (spec) => (spec.input = [1, 1, 0, 28]),
    /input x has the shape \[1, 1, \?, 28\]/,
  ],
  ['an input that is no image', (spec) => (spec.input = [1, 784]), /input x has the shape \[1, 784\]/],
  [
    'channels that do not chain',
    (spec) => (spec.floats['conv2.weight'] = randomTensor([5, 3, 3, 3], new Random(1))),
    /Layer conv2 takes 3 channels, but 4 come/,
  ],
  [
    'a head of another width',
    (spec) => (spec.floats['head.weight'] = randomTensor([5, 404], new Random(1))),
    /Layer head takes 404 features, but 405 come/,
  ],
  [
    'a bias of another size',
    (spec) => (spec.floats['conv2.bias'] = randomTensor([4], new Random(1))),
    /conv2 has 5 outputs, but a bias of 4/,
  ],
  [
    'batch norm of another size',
    (spec) => Object.assign(spec.floats, normalisation('bn1', 3, new Random(1))),
    /bn1 normalises 3 channels, but 4/,
  ],
  [
    'batch norm parameters of different sizes',
    (spec) => (spec.floats['bn1.bias'] = randomTensor([3], new Random(1))),
    /bn1: gamma, beta, mean and variance differ/,
  ],
  [
    'a dense layer on a map',
    (spec) => {
      spec.nodes.splice(spec.nodes.indexOf(nodeOf(spec, 'flatten')), 1);
      nodeOf(spec, 'head').inputs[0] = 'h';
    },
    /head comes before the features are flattened/,
  ],
  [
    'weights that are computed',
    (spec) => delete (spec.floats as Record<string, unknown>)['conv2.weight'],
    /Node conv2 \(Conv\) takes conv2\.weight, which is computed/,
  ],
  [
    'NaN in a weight',
    (spec) => (spec.floats['conv1.weight'].data[3] = Number.NaN),
    /conv1\.weight holds NaN or infinite/,
  ],
  [
    'a kernel that leaves nothing',
    (spec) => {
      spec.floats['conv1.weight'] = randomTensor([4, 1, 29, 29], new Random(1));
      nodeOf(spec, 'conv1').attributes = {};
    },
    /conv1 leaves nothing/,
  ],
  [
    'images of three channels',
    (spec) => {
      spec.input = [1, 3, 28, 28];
      spec.floats['conv1.weight'] = randomTensor([4, 3, 3, 3], new Random(1));
    },
    /images of 3 channels; drawings here have one/,
  ],
  [
    'a network that gives nothing but zeros',
    (spec) => {
      spec.floats['bn2.weight'].data.fill(0);
      spec.floats['bn2.bias'].data.fill(-1);
    },
    /nothing but zeros for drawings; say with --ink and --paper/,
  ],
  [
    'pooling of nothing',
    attributes('pool1', { kernel_shape: [0, 0], strides: [0, 0] }),
    /pools windows of \[0, 0\]/,
  ],
  [
    'an image that is not square',
    (spec) => (spec.input = [1, 1, 28, 29]),
    /images of 28 x 29 pixels; drawings here are square/,
  ],
  [
    'an image of a size that no drawing has',
    (spec) => {
      spec.input = [1, 1, 90_000, 90_000];
      spec.nodes.splice(7);
    },
    /90000 x 90000 pixels/,
  ],
];

for (const [fault, change, message] of changes)
  test(`${fault} is refused with its name`, async (t) => {
    const spec = pytorchLike();
    change(spec);
    await refused(t, onnxFile(spec), message);
  });

/** conv1, then these nodes, then a convolution with padding if wanted, then a head. */
function normalised(between: NodeSpec[], conv2 = true): GraphSpec {
  const random = new Random(2);
  const pads = { pads: [1, 1, 1, 1] };
  const floats = {
    w1: randomTensor([3, 1, 3, 3], random),
    w2: randomTensor([3, 3, 3, 3], random),
    head: randomTensor([5, 3 * 36], random),
    ...normalisation('bn', 3, random),
  };
  const nodes: NodeSpec[] = [
    { op: 'Conv', inputs: ['x', 'w1'], output: 'a', name: 'conv1', attributes: pads },
    ...between,
    ...(conv2
      ? [{ op: 'Conv', inputs: ['z', 'w2'], output: 'b', name: 'conv2', attributes: pads }]
      : [{ op: 'Identity', inputs: ['z'], output: 'b' }]),
    { op: 'Flatten', inputs: ['b'], output: 'c' },
    { op: 'MatMul', inputs: ['c', 'head'], output: 'y', name: 'head' },
  ];
  return { input: [1, 1, 6, 6], nodes, floats: { ...floats, head: randomTensor([3 * 36, 5], random) } };
}

test('batch norm behind ReLU that cannot be folded exactly is refused with its name', async (t) => {
  const relu = { op: 'Relu', inputs: ['a'], output: 'r', name: 'relu1' };
  await refused(
    t,
    onnxFile(normalised([relu, batchNorm('bn', 'r', 'z')])),
    /Layer bn adds offsets between ReLU or pooling and conv2, whose zero padding they would not reach/,
  );
  await refused(
    t,
    onnxFile(normalised([relu, batchNorm('bn', 'r', 'z')], false)),
    /Layer bn changes the features between ReLU and the head head.* --head add/,
  );
  await refused(
    t,
    onnxFile(
      normalised([
        relu,
        batchNorm('bn', 'r', 'n'),
        { op: 'Relu', inputs: ['n'], output: 'z', name: 'relu2' },
      ]),
    ),
    /Layer relu2 follows bn, which cannot be folded/,
  );
  await refused(
    t,
    onnxFile(
      normalised([
        relu,
        batchNorm('bn', 'r', 'n'),
        {
          op: 'MaxPool',
          inputs: ['n'],
          output: 'z',
          name: 'pool1',
          attributes: { kernel_shape: [1, 1] },
        },
      ]),
    ),
    /Layer pool1 takes the maximum of values that bn scales by negative factors/,
  );
  await refused(
    t,
    onnxFile(
      normalised([
        { op: 'Relu', inputs: ['x'], output: 'q', name: 'relu0' },
        { op: 'Relu', inputs: ['a'], output: 'z' },
      ]),
    ),
    /go to Conv conv1 and Relu relu0/,
  );
});

test('tensors that are no float32, or do not fill their shape, are refused with their name', async (t) => {
  const change = async (change: Record<string, unknown>, message: RegExp) => {
    const model = onnxModel(pytorchLike());
    Object.assign(
      model.graph.initializer.find(({ name }) => name === 'conv2.weight')!,
      change,
    );
    await refused(t, modelProto.encode(modelProto.fromObject(model)).finish(), message);
  };
  await change({ dataType: 10 }, /conv2\.weight has the type FLOAT16, not FLOAT; export .* in float32/);
  await change({ dataType: 99 }, /conv2\.weight has the type 99/);
  await change({ rawData: new Uint8Array(12) }, /\[5,4,3,3\], 720 bytes, but the file gives it 12 bytes/);
  await change({ dims: [-5, -4, 3, 3] }, /conv2\.weight has the shape \[-5,-4,3,3\]/);
  await change({ dims: [5, 4, 3, 4] }, /960 bytes, but the file gives it 720/);
  for (const location of ['../secret', '/etc/passwd', ''])
    await change(
      { dataLocation: 1, externalData: [{ key: 'location', value: location }] },
      /which is no file in the network's folder/,
    );
});

test('files that are no network are refused', async (t) => {
  const whole = onnxFile(pytorchLike());
  await refused(t, whole.subarray(0, whole.length / 2), /not an ONNX file, or it is truncated/);
  await refused(t, new Uint8Array(), /not an ONNX file/);
  await refused(t, new TextEncoder().encode('This is a letter.'), /not an ONNX file/);
  await refused(t, new Uint8Array([8, 3]), /holds no graph/);
  await refused(t, whole, /Supported are ONNX files/, 'net.txt');
  await refused(t, whole, /is a model already; flash it/, 'net.safetensors');
  await t.throwsAsync(importModel('nowhere.onnx', options), {
    instanceOf: ImportError,
    message: 'nowhere.onnx: There is no such file or folder.',
  });
});

test('any damage gives an ImportError or a sound model, and never hangs', async (t) => {
  const whole = onnxFile(pytorchLike(1, 1, 2));
  const path = join(await mkdtemp(join(tmpdir(), 'pcm-')), 'net.onnx');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      async (damage) => {
        const bytes = whole.slice();
        for (const [at, bits] of damage) bytes[at] ^= bits;
        await writeFile(path, bytes);
        try {
          await importModel(path, options);
        } catch (error) {
          if (!(error instanceof ImportError)) throw error;
        }
      },
    ),
    { numRuns: 60, seed: 1 },
  );
  t.pass();
});
