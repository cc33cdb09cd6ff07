import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import { Random } from '../../../network/numerics/random.js';
import { selectBackend } from '../../../training/tensors/backend.js';
import { classifierStep, initialClassifier } from '../../../training/meta/classifier.js';
import { channelSums, inScope, pool, poolGradient } from '../../../training/tensors/kernels.js';
import { drawMetaBatch, LOG_RATE, LOG_SHARPNESS, metaStep } from '../../../training/meta/meta.js';
import { FEATURES, SIDE, type Parameters } from '../../../training/tensors/parameters.js';
import { ShardedTrunk } from '../../../training/trunk/sharded-trunk.js';
import {
  foldStatistics,
  forward,
  initialTrunk,
  MEAN,
  unfoldStatistics,
} from '../../../training/trunk/trunk.js';
import { tinySchedule } from '../strokes.js';

const oneShard = () => ShardedTrunk.open(1, 'wasm');

test.before(async () => {
  await selectBackend('wasm');
});

const random = () => new Random(5);
const pixels = (count: number) => {
  const source = random();
  return Float32Array.from({ length: count * SIDE * SIDE }, () => source.uniform());
};

/** Names of the parameters along whose gradient the loss does not have the slope that the gradient says. */
async function wrongSlopes(
  parameters: Parameters,
  gradients: Parameters,
  loss: (moved: Parameters) => Promise<number>,
): Promise<string[]> {
  const wrong = [];
  for (const [name, gradient] of Object.entries(gradients)) {
    const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    const moved = (by: number) =>
      loss({
        ...parameters,
        [name]: parameters[name].map((value, at) => value + (by * gradient[at]) / norm),
      });
    const slope = ((await moved(1e-3)) - (await moved(-1e-3))) / 2e-3;
    if (!(Math.abs(slope - norm) < 0.06 * norm)) wrong.push(`${name}: ${slope} instead of ${norm}`);
  }
  return wrong;
}

test('gradients of the classifier, through normalisation and pooling, are the slopes of its loss', async (t) => {
  const parameters = { ...initialTrunk(random()), ...initialClassifier(4, random()) };
  const labels = [0, 1, 2, 3, 0, 1];
  const trunk = oneShard();
  const images = pixels(labels.length);
  const { gradients } = await classifierStep(trunk, parameters, images, labels);
  t.is(Object.keys(gradients).length, 10);
  t.deepEqual(
    await wrongSlopes(
      parameters,
      gradients,
      async (moved) => (await classifierStep(trunk, moved, images, labels)).loss,
    ),
    [],
  );
});

test('gradients of meta-training, through the inner loop, are the slopes of its loss', async (t) => {
  const classes = Array.from({ length: 5 }, (_, index) => ({
    name: `${index}`,
    drawings: Array.from({ length: 3 }, (_, at) =>
      pixels(15).subarray((index * 3 + at) * 784, (index * 3 + at + 1) * 784),
    ),
    files: [],
  }));
  const parameters: Parameters = {
    ...initialTrunk(random()),
    [MEAN]: new Float32Array(56).fill(0.5),
    [LOG_RATE]: Float32Array.of(Math.log(0.03)),
    [LOG_SHARPNESS]: Float32Array.of(1),
  };
  const trunk = oneShard();
  const batch = drawMetaBatch(classes, tinySchedule, random());
  const { gradients } = await metaStep(trunk, parameters, batch, { updates: 3 });
  t.is(Object.keys(gradients).length, 10);
  t.deepEqual(
    await wrongSlopes(
      parameters,
      gradients,
      async (moved) => (await metaStep(trunk, moved, batch, { updates: 3 })).loss,
    ),
    [],
  );
});

test('statistics folded into weights and biases give the normalised network', (t) => {
  const parameters = initialTrunk(random());
  const images = pixels(4);
  const { normalised, folded } = inScope(() => {
    const { features, tape } = forward(parameters, images, true);
    const without = forward(foldStatistics(parameters, tape.statistics), images, false);
    return { normalised: features.dataSync(), folded: without.features.dataSync() };
  });
  t.true(normalised.every((value, at) => Math.abs(value - folded[at]) < 1e-3));
  t.true(normalised.some((value) => value > 0.5));
});

test('unfolded statistics give the same features but for a scale of each channel', (t) => {
  const source = random();
  const folded = initialTrunk(source);
  for (const name of Object.keys(folded))
    if (name.endsWith('bias')) folded[name] = folded[name].map(() => source.between(-0.3, 0.3));
  const images = pixels(3);
  const { plain, normalised } = inScope(() => ({
    plain: forward(folded, images, false).features.dataSync(),
    normalised: forward(unfoldStatistics(folded, images), images, true).features.dataSync(),
  }));
  const ratios = Array.from({ length: 56 }, (): number[] => []);
  for (const [at, value] of plain.entries()) if (value > 0.05) ratios[at % 56].push(normalised[at] / value);
  t.true(ratios.flat().length > 500);
  for (const [first, ...others] of ratios)
    t.true(others.every((ratio) => Math.abs(ratio / first - 1) < 0.02));
});

test('pooling takes the maximum of each square and drops an odd rest; its gradient goes back there', (t) => {
  const input = tf.tensor4d([1, 5, 9, 2, 3, 9, 9, 9, 9], [1, 3, 3, 1]);
  const pooled = pool(input);
  t.deepEqual([...pooled.output.dataSync()], [5]);
  const gradient = poolGradient(tf.tensor4d([7], [1, 1, 1, 1]), pooled);
  t.deepEqual([...gradient.dataSync()], [0, 7, 0, 0, 0, 0, 0, 0, 0]);
});

test('channel sums add up batch and positions', (t) => {
  const sums = channelSums(tf.tensor4d([1, 10, 2, 20, 3, 30, 4, 40], [2, 1, 2, 2]));
  t.deepEqual([...sums.dataSync()], [10, 100]);
});

test.serial('a step frees its tensors', async (t) => {
  const before = tf.memory().numTensors;
  const parameters = { ...initialTrunk(random()), ...initialClassifier(2, random()) };
  await classifierStep(oneShard(), parameters, pixels(2), [0, 1]);
  t.is(tf.memory().numTensors, before);
});

test('threads change no bit, and shards without normalisation nothing but the order of sums', async (t) => {
  const parameters = initialTrunk(random());
  const images = pixels(5);
  const gradient = Float32Array.from({ length: 5 * FEATURES }, (_, at) => Math.sin(at));
  const run = async (shards: number, threads: number, normalise: boolean) => {
    const opened = ShardedTrunk.open(shards, 'wasm', threads);
    const forward = await opened.forward(parameters, images, normalise);
    const gradients = await opened.backward(gradient);
    await opened.close();
    return { ...forward, gradients };
  };
  t.deepEqual(await run(2, 2, true), await run(2, 1, true));
  const whole = await run(1, 1, false);
  const cut = await run(2, 2, false);
  t.deepEqual(cut.features, whole.features);
  for (const [name, values] of Object.entries(whole.gradients)) {
    const max = Math.max(...values.map(Math.abs));
    t.true(
      values.every((value, at) => Math.abs(value - cut.gradients[name][at]) < 1e-4 * max),
      name,
    );
  }
});
