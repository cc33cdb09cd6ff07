import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { loadOmniglot } from '../../data/node/classes.js';
import { DataError } from '../../network/learning/errors.js';
import { omniglotSplit } from '../../data/omniglot/split.js';
import { decodeModel, encodeModel } from '../../network/model/model-file.js';
import { writeSafetensors } from '../../network/model/safetensors.js';
import { SoftwareNetwork } from '../../network/software/software.js';
import { TrainingError } from '../../training/errors.js';
import { featuresOf } from '../../training/trunk/features.js';
import type { TrainingEvent } from '../../training/run/events.js';
import { trainOmniglot } from '../../training/omniglot.js';
import { filtersLast } from '../../training/trunk/export.js';
import { initialState } from '../../training/meta/phases.js';
import { smallModel } from '../network/small-model.js';
import { loadCheckpoint, saveCheckpoint } from '../../training/meta/state.js';
import { strokeFolder, tinySchedule } from './strokes.js';

const data = [await strokeFolder()];
const checkpointPath = async () =>
  join(await mkdtemp(join(tmpdir(), 'pcm-train-')), 'checkpoint.safetensors');
// One thread: it changes no bit (kernels.test.ts), and starts at once
const common = { data, seed: 3, schedule: tinySchedule, backend: 'wasm' as const, threads: 1 };

/** An uninterrupted training, for most tests. */
const events: TrainingEvent[] = [];
const checkpoint = await checkpointPath();
const whole = await trainOmniglot({
  ...common,
  checkpoint,
  onEvent: (event) => event.type === 'decoding' || events.push(event),
});

test('training goes through both phases and gives a sound model', async (t) => {
  t.is(whole.reason, 'finished');
  t.deepEqual(
    events.map((event) =>
      event.type === 'step' ? `${event.phase} ${event.step}/${event.steps}` : event.type,
    ),
    [
      'start',
      ...[1, 2, 3, 4, 5, 6, 7].map((step) => `classifier ${step}/7`),
      'validation',
      'meta 1/4',
      'meta 2/4',
      'validation',
      'meta 3/4',
      'meta 4/4',
      'validation',
      'checkpoint',
      'stop',
    ],
  );
  t.true(whole.state.headRange! > 0, 'the last steps were of 4 bits');
  t.is(whole.state.curve.length, 3);
  t.deepEqual(await readdir(dirname(checkpoint)), ['checkpoint.safetensors'], 'nothing else is left');
  t.deepEqual(decodeModel(encodeModel(whole.model!)), whole.model);
});

test('the test alphabets are never read in training', async (t) => {
  // Theirs are files that cannot be decoded, so that reading one would have thrown
  await t.throwsAsync(loadOmniglot(data, omniglotSplit.test), { instanceOf: DataError });
  const [start] = events;
  t.true(start.type === 'start' && start.classes === 2 * 4 * 2 * omniglotSplit.train.length);
});

test('the exported model computes the features that were trained', async (t) => {
  const [{ drawings }] = await loadOmniglot(data, omniglotSplit.validation);
  const [trained] = featuresOf(whole.state.best!.parameters, [drawings[0]]);
  const exported = new SoftwareNetwork(whole.model!).features(drawings[0]);
  const largest = Math.max(...trained);
  t.true(largest > 0);
  // [height, width, channels] in training, channels first in the model
  for (let channel = 0; channel < 56; channel++)
    for (let position = 0; position < 9; position++)
      t.true(Math.abs(trained[position * 56 + channel] - exported[channel * 9 + position]) < 1e-4 * largest);
});

for (const stop of [3, 9]) {
  test(`interrupted after step ${stop} and resumed, the weights are those of an uninterrupted run`, async (t) => {
    const checkpoint = await checkpointPath();
    const interruption = new AbortController();
    let steps = 0;
    const onEvent = ({ type }: TrainingEvent) => {
      if (type === 'step' && ++steps === stop) interruption.abort();
    };
    const first = await trainOmniglot({ ...common, checkpoint, signal: interruption.signal, onEvent });
    t.is(first.reason, 'interrupted');
    const second = await trainOmniglot({ ...common, checkpoint, resume: true });
    t.is(second.reason, 'finished');
    t.deepEqual(second.state.parameters, whole.state.parameters);
    t.deepEqual(second.state.average, whole.state.average);
    t.deepEqual(second.state.best, whole.state.best);
    t.deepEqual(second.state.curve, whole.state.curve);
  });
}

test('a training can start from a model; one of another architecture is refused', async (t) => {
  const { state } = await trainOmniglot({
    ...common,
    from: whole.model,
    checkpoint: await checkpointPath(),
    minutes: 1e-9,
  });
  t.deepEqual(state.startedFrom, whole.model!.description.training);
  const initial = initialState(3, 'wasm', tinySchedule, await loadOmniglot(data, omniglotSplit.train));
  const nearest = (values: Float32Array) =>
    Math.max(...values.map((value, at) => Math.abs(value - state.parameters['conv1.weight'][at])));
  t.true(nearest(filtersLast(whole.model!.tensors.get('conv1.weight')!)) < 0.01);
  t.true(nearest(initial.parameters['conv1.weight']) > 0.1);
  await t.throwsAsync(trainOmniglot({ ...common, from: smallModel(), checkpoint: await checkpointPath() }), {
    instanceOf: TrainingError,
    message: /56 filters/,
  });
});

test('a budget of time ends the training', async (t) => {
  const { reason, state, model } = await trainOmniglot({
    ...common,
    minutes: 1e-9,
    checkpoint: await checkpointPath(),
  });
  t.is(reason, 'time is up');
  t.is(state.step, 1);
  t.is(model, undefined, 'nothing was validated yet');
});

test('a loss that is not finite stops the training', async (t) => {
  const checkpoint = await checkpointPath();
  const { state } = await trainOmniglot({ ...common, minutes: 1e-9, checkpoint });
  state.parameters['conv2.weight'][0] = NaN;
  await saveCheckpoint(checkpoint, state);
  await t.throwsAsync(trainOmniglot({ ...common, checkpoint, resume: true }), {
    instanceOf: TrainingError,
    message: /loss at step 1 .* NaN/,
  });
});

test('a checkpoint that is missing or foreign is refused', async (t) => {
  const path = await checkpointPath();
  await t.throwsAsync(loadCheckpoint(path), { instanceOf: TrainingError, message: /no checkpoint/ });
  await writeFile(path, 'text');
  await t.throwsAsync(loadCheckpoint(path), { instanceOf: TrainingError, message: /not a safetensors file/ });
  for (const state of ['{', 'null', '{}', '{"seed":1,"schedule":{}}']) {
    const metadata = { 'pcm-hil-checkpoint': state };
    await writeFile(path, writeSafetensors({ tensors: new Map(), metadata }));
    await t.throwsAsync(loadCheckpoint(path), { instanceOf: TrainingError, message: /is not a checkpoint/ });
  }
});
