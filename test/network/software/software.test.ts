import test from 'ava';
import fc from 'fast-check';
import { Convolution, maxPool } from '../../../network/software/convolution.js';
import { argmax, headLogits, rateFor, softmax, updateHead } from '../../../network/learning/head.js';
import { MAX_LEVEL, quantise, toLevel } from '../../../network/levels/levels.js';
import type { DenseLayer } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { ModelError } from '../../../network/model/errors.js';
import { SoftwareNetwork } from '../../../network/software/software.js';
import { randomTensor, smallModel } from '../small-model.js';

/** The definition of a convolution, image [height, width, channels]. */
function plainConvolution(
  image: Float32Array,
  { channels, height, width }: { channels: number; height: number; width: number },
  { shape: [out, , kernelHeight, kernelWidth], data }: { shape: number[]; data: Float32Array },
  bias: Float32Array,
  margin: { y: number; x: number },
): number[] {
  const sums: number[] = [];
  for (let y = -margin.y; y + kernelHeight <= height + margin.y; y++)
    for (let x = -margin.x; x + kernelWidth <= width + margin.x; x++)
      for (let filter = 0; filter < out; filter++) {
        let sum = bias[filter];
        for (let channel = 0; channel < channels; channel++)
          for (let row = 0; row < kernelHeight; row++)
            for (let column = 0; column < kernelWidth; column++) {
              if (y + row < 0 || y + row >= height || x + column < 0 || x + column >= width) continue;
              sum +=
                image[((y + row) * width + x + column) * channels + channel] *
                data[((filter * channels + channel) * kernelHeight + row) * kernelWidth + column];
            }
        sums.push(sum);
      }
  return sums;
}

test('a convolution is its definition, whatever the sizes and padding', (t) => {
  const odd = fc.constantFrom(1, 3, 5);
  fc.assert(
    fc.property(
      fc.record({
        channels: fc.integer({ min: 1, max: 3 }),
        height: fc.integer({ min: 5, max: 8 }),
        width: fc.integer({ min: 5, max: 8 }),
      }),
      fc.integer({ min: 1, max: 9 }),
      odd,
      odd,
      fc.constantFrom('same' as const, 'valid' as const),
      fc.integer(),
      (shape, filters, kernelHeight, kernelWidth, padding, seed) => {
        const random = new Random(seed);
        const image = randomTensor([shape.height, shape.width, shape.channels], random).data.map((value) =>
          Math.max(0, value),
        );
        const weights = randomTensor([filters, shape.channels, kernelHeight, kernelWidth], random);
        const bias = randomTensor([filters], random);
        const margin =
          padding === 'same' ? { y: (kernelHeight - 1) / 2, x: (kernelWidth - 1) / 2 } : { y: 0, x: 0 };
        const expected = plainConvolution(image, shape, weights, bias.data, margin);
        const found = new Convolution(weights, bias).apply(image, shape, padding);
        return (
          found.length === expected.length && found.every((sum, at) => Math.abs(sum - expected[at]) < 1e-4)
        );
      },
    ),
  );
  t.pass();
});

test('max pooling drops an odd rest', (t) => {
  const image = Float32Array.of(1, 5, 99, 2, -3, 99, 99, 99, 99);
  t.deepEqual(maxPool(image, { channels: 1, height: 3, width: 3 }, 2), Float32Array.of(5));
});

test('features flatten channels first', (t) => {
  const model = smallModel();
  const drawing = randomTensor([6, 6], new Random(2)).data;
  const features = new SoftwareNetwork(model).features(drawing);
  t.is(features.length, 27);
  // Position 4 of channel 2 is the centre of a 3 x 3 map
  const image = (sums: number[]) => Float32Array.from(sums, (sum) => Math.max(0, sum));
  const tensors = (name: string) => model.tensors.get(name)!;
  const same = { y: 1, x: 1 };
  const first = maxPool(
    image(
      plainConvolution(
        drawing,
        { channels: 1, height: 6, width: 6 },
        tensors('conv1.weight'),
        tensors('conv1.bias').data,
        same,
      ),
    ),
    { channels: 2, height: 6, width: 6 },
    2,
  );
  const second = image(
    plainConvolution(
      first,
      { channels: 2, height: 3, width: 3 },
      tensors('conv2.weight'),
      tensors('conv2.bias').data,
      same,
    ),
  );
  t.true(second.some((value) => value > 0));
  const means = tensors('conv2.mean').data;
  for (let channel = 0; channel < 3; channel++)
    for (let position = 0; position < 9; position++)
      t.true(
        Math.abs(features[channel * 9 + position] - (second[position * 3 + channel] - means[channel])) < 1e-5,
      );
});

test('a step of the head goes down the gradient of the mean cross-entropy', (t) => {
  const random = new Random(3);
  const features = [0, 1, 2, 3].map(() => randomTensor([6], random).data);
  const labels = [0, 1, 2, 1];
  const weights = randomTensor([3, 6], random).data;
  const loss = (head: Float32Array) =>
    features.reduce(
      (sum, vector, index) => sum - Math.log(softmax(headLogits(head, vector))[labels[index]]),
      0,
    ) / features.length;
  const stepped = weights.slice();
  updateHead(
    stepped,
    features,
    labels,
    features.map((vector) => headLogits(weights, vector)),
    0.5,
  );
  for (let index = 0; index < weights.length; index++) {
    const moved = (by: number) => weights.map((value, at) => (at === index ? value + by : value));
    const slope = (loss(moved(1e-2)) - loss(moved(-1e-2))) / 2e-2;
    t.true(Math.abs(weights[index] - 0.5 * slope - stepped[index]) < 1e-3);
  }
});

test('softmax survives large logits, and argmax takes the first of equals', (t) => {
  t.deepEqual(softmax(Float32Array.of(1000, 1000, -1000)), Float32Array.of(0.5, 0.5, 0));
  t.is(argmax(Float32Array.of(1, 3, 3)), 1);
});

test('levels are symmetric, bounded and nearest', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      (weight, range) => {
        const level = toLevel(weight, range);
        const within = Math.max(-range, Math.min(range, weight));
        return (
          level === -toLevel(-weight, range) &&
          Math.abs(level) <= MAX_LEVEL &&
          Math.abs((level * range) / MAX_LEVEL - within) <= range / MAX_LEVEL / 2 + 1e-12
        );
      },
    ),
  );
  t.pass();
});

test('each output has its own range unless one is given; zero weights stay zero', (t) => {
  const tensor = { shape: [3, 2], data: Float32Array.of(7, 3.4, 0.7, -0.1, 0, 0) };
  t.deepEqual(
    [...quantise(tensor).data].map((value) => +value.toFixed(5)),
    [7, 3, 0.7, -0.1, 0, 0],
  );
  t.deepEqual([...quantise(tensor, 3.5).data], [3.5, 3.5, 0.5, -0, 0, 0]);
});

/** Drawings of two classes that a linear head can tell apart. */
function episode() {
  const random = new Random(4);
  const example = (label: number) => ({
    label,
    drawing: Float32Array.from(
      { length: 36 },
      (_, at) => random.uniform() * 0.2 + (at % 6 < 3 === (label === 0) ? 1 : 0),
    ),
  });
  const examples = (count: number) => Array.from({ length: count }, (_, index) => example(index % 2));
  return { classes: ['left', 'right'], support: examples(6), query: examples(10) };
}

for (const precision of ['float32', 'int4'] as const) {
  test(`a task is learned in ${precision}, and a drawing classified`, (t) => {
    const model = smallModel();
    model.description.inner.rate = 0.2;
    const network = new SoftwareNetwork(model, precision);
    const task = episode();
    const learned = network.learn(task);
    t.is(learned.accuracies.length, 5);
    t.is(learned.accuracies[0], 0.5, 'a zero head names the first class');
    t.is(learned.accuracies[4], 1);
    const [first, second] = network.classify(learned, task.query[1].drawing);
    t.true(second > first);
    t.true(Math.abs(first + second - 1) < 1e-6);
  });
}

test('the mean of a layer is taken from each of its channels after the pooling', (t) => {
  const model = smallModel();
  const means = model.tensors.get('conv2.mean')!.data.slice();
  const centred = new SoftwareNetwork(model).features(episode().query[0].drawing);
  model.tensors.get('conv2.mean')!.data.fill(0);
  const plain = new SoftwareNetwork(model).features(episode().query[0].drawing);
  t.true(plain.every((value) => value >= 0) && centred.some((value) => value < 0));
  for (const [at, value] of centred.entries())
    t.true(Math.abs(value - (plain[at] - means[Math.floor(at / 9)])) < 1e-6);
});

test('with other ways than the rate was found for, the weights of a class move as far', (t) => {
  t.is(rateFor(0.02, 20, 5), 0.08);
  t.is(rateFor(0.02, 20), 0.02);
  const learned = (rate: number, ways?: number) => {
    const model = smallModel();
    Object.assign(model.description.inner, { rate, ...(ways && { ways }) });
    return new SoftwareNetwork(model).learn(episode()).weights;
  };
  t.deepEqual(learned(0.5, 5), learned(0.2));
});

test('an int4 head holds only the levels of its range', (t) => {
  const model = smallModel();
  model.description.inner.rate = 0.2;
  const { weights } = new SoftwareNetwork(model, 'int4').learn(episode());
  const step = 0.2 / MAX_LEVEL;
  t.true(weights.every((weight) => Math.abs(weight / step - Math.round(weight / step)) < 1e-4));
  t.true(weights.some((weight) => weight !== 0));
});

test('a head with stored weights starts from them and keeps its number of ways', (t) => {
  const model = smallModel();
  (model.description.layers[2] as DenseLayer).weights = 'head.weight';
  model.tensors.set('head.weight', randomTensor([2, 27], new Random(5)));
  const { weights } = new SoftwareNetwork(model).learn(episode(), { updates: 0, rate: 1 });
  t.deepEqual(weights, model.tensors.get('head.weight')!.data);
  const task = { ...episode(), classes: ['a', 'b', 'c'] };
  t.throws(() => new SoftwareNetwork(model).learn(task), {
    instanceOf: ModelError,
    message: /2 ways, not for 3/,
  });
});

test('a network is fed the values of ink and paper that it was trained to see; other sizes are refused', (t) => {
  const model = smallModel();
  model.description.input = { ...model.description.input, ink: -1, paper: 3 };
  const drawing = randomTensor([6, 6], new Random(6)).data;
  const inverted = drawing.map((value) => 3 - 4 * value);
  t.deepEqual(new SoftwareNetwork(model).inputs(drawing)[0], inverted);
  t.deepEqual(
    new SoftwareNetwork(model).features(drawing),
    new SoftwareNetwork(smallModel()).features(inverted),
  );
  t.throws(() => new SoftwareNetwork(model).features(new Float32Array(35)), {
    instanceOf: ModelError,
    message: /images of 1 x 6 x 6 values, but a drawing has 35/,
  });
});
