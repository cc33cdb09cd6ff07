import test from 'ava';
import { drawStrokes, inventCharacters } from '../../../data/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { type Episode, type Model, Random, sampleEpisode } from '../../../network/index.js';
import { bundledModels, loadModel } from '../../../network/node/index.js';
import {
  countBlank,
  DeviceLearner,
  expectedSignals,
  flash,
  type LayerSignals,
  type LearnedTask,
  learningWarnings,
  planModel,
  signalWarnings,
} from '../../../runtime/index.js';
import { emulate, images, noiseTask, openSession, unsaturatedModel } from '../rig.js';

interface Outcome {
  task: LearnedTask;
  layers: LayerSignals[];
  expected: LayerSignals[];
}

/** Learns a task on the board, and foretells its signals from the drawings. */
async function learn(model: Model, profile = loadProfile('hermes'), task = noiseTask(1)): Promise<Outcome> {
  const board = await openSession(emulate(profile));
  await flash(board, model);
  const learner = await DeviceLearner.open(board, model);
  const learned = await learner.learn(task);
  const drawings = [...task.support, ...task.query].map(({ drawing }) => drawing);
  const expected = expectedSignals(model, planModel(model, board.information), drawings);
  await board.close();
  return { task: learned, layers: learner.signals, expected };
}

function withScale(index: number, inputScale: number): Model {
  const model = unsaturatedModel();
  model.description.layers[index].inputScale = inputScale;
  return model;
}

function withZeros(name: string): Model {
  const model = unsaturatedModel();
  model.tensors.get(name)!.data.fill(0);
  return model;
}

const blank = (task: Episode): Episode => ({
  ...task,
  support: task.support.map((example) => ({ ...example, drawing: new Float32Array(36) })),
  query: task.query.map((example) => ({ ...example, drawing: new Float32Array(36) })),
});

test('a model whose scales fit is not warned of', async (t) => {
  const { task, layers, expected } = await learn(unsaturatedModel());
  t.deepEqual(signalWarnings(layers), []);
  t.deepEqual(signalWarnings(expected), []);
  t.is(task.emptyUpdates, 0);
  const bundled = await loadModel(bundledModels.omniglot);
  const board = await openSession(emulate('hermes'));
  const drawings = inventCharacters(bundled.description.input, { classes: 2, drawings: 1, seed: 2 }).flat();
  t.deepEqual(signalWarnings(expectedSignals(bundled, planModel(bundled, board.information), drawings)), []);
  await board.close();
});

for (const [index, name] of ['conv1', 'conv2', 'head'].entries()) {
  test(`an inputScale of 1e-30 clips all inputs of ${name}, one of 1e30 leaves none`, async (t) => {
    for (const found of ['layers', 'expected'] as const) {
      const small = (await learn(withScale(index, 1e-30)))[found];
      t.is(small[index].inputsClipped, 1);
      t.regex(signalWarnings(small).join('\n'), new RegExp(`Layer ${name}: 100 % of its inputs exceed`));
      const large = (await learn(withScale(index, 1e30)))[found];
      t.true(large[index].dead);
      t.regex(signalWarnings(large).join('\n'), new RegExp(`Layer ${name} is dead: all its inputs round`));
    }
  });
}

test('inputs that are all clipped are named, also where the weighted sums become 0', async (t) => {
  const { expected } = await learn(withScale(0, 1e-300));
  t.true(expected[0].dead);
  t.regex(signalWarnings(expected).join('\n'), /Layer conv1: 100 % of its inputs exceed input code 127/);
});

test('a scale that leaves three codes is warned of', async (t) => {
  const { layers } = await learn(withScale(0, 1 / 3));
  t.regex(signalWarnings(layers)[0], /^Layer conv1: its inputs only reach input code [1-3] of 127/);
});

test('a layer of zeros is dead, whatever the converters add', async (t) => {
  const { layers, expected } = await learn(withZeros('conv2.weight'));
  for (const signals of [layers, expected]) {
    t.deepEqual(
      signals.map(({ dead }) => dead),
      [false, true, false],
    );
    t.regex(signalWarnings(signals).join(), /Layer conv2 is dead: all its weighted sums are 0/);
  }
});

test('blank images leave the first layer without inputs, and are counted', async (t) => {
  const task = blank(noiseTask(1));
  const { layers } = await learn(unsaturatedModel(), loadProfile('hermes'), task);
  t.regex(signalWarnings(layers)[0], /Layer conv1 is dead: all its inputs round to input code 0/);
  const drawings = [...task.support.map(({ drawing }) => drawing), ...images(3, 1)];
  t.is(countBlank(drawings), task.support.length);
  t.is(countBlank(drawStrokes({ classes: 2, drawings: 1, seed: 1 }).flatMap((one) => one.drawings)), 0);
  const counts = { updates: 4, emptyUpdates: 0, drawings: 9, blankDrawings: 6 };
  t.deepEqual(learningWarnings(counts), ['6 of 9 drawings are blank; remove them from the data.']);
});

test('updates that change no device are counted and warned of', async (t) => {
  const model = unsaturatedModel();
  model.description.inner.rate = 1e-12;
  const { task } = await learn(model);
  t.is(task.devicesUpdated, 0);
  t.is(task.emptyUpdates, 4);
  const counts = { updates: 4, emptyUpdates: 4, drawings: 9, blankDrawings: 0 };
  t.regex(learningWarnings(counts).join(), /^4 of 4 updates changed no device/);
});

test('codes at the limit of a converter with little range are counted, and foretold for a perfect chip', async (t) => {
  const profile = loadProfile('ideal');
  profile.adc.fullScaleCells /= 12;
  const model = await loadModel(bundledModels.omniglot);
  const classes = drawStrokes({ classes: 2, drawings: 2, seed: 1 });
  const task = sampleEpisode(classes, { ways: 2, shots: 1, queries: 1 }, new Random(1));
  const { layers, expected } = await learn(model, profile, task);
  t.regex(signalWarnings(layers).join('\n'), /Layer conv2: \d+ % of its output codes are at the limit/);
  for (const [index, signals] of layers.slice(0, -1).entries()) {
    const { inputsClipped, maxInputCode, codesClipped } = expected[index];
    t.is(signals.maxInputCode, maxInputCode);
    t.true(Math.abs(signals.inputsClipped - inputsClipped) < 0.01);
    t.true(Math.abs(signals.codesClipped - codesClipped) < 0.01, `${signals.codesClipped} ${codesClipped}`);
  }
});
