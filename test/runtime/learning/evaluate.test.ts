import test from 'ava';
import { type DrawingClass, halfInterval, mean } from '../../../network/index.js';
import { evaluateLearning, flash } from '../../../runtime/index.js';
import { openBoard } from '../../../boards/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { emulate, noiseTask, openSession, unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();
const size = { ways: 3, shots: 2, queries: 2 };

/** Four classes of noise images, each with six variations. */
const classes: DrawingClass[] = [1, 2].flatMap((seed) => {
  const { support, query } = noiseTask(seed);
  return [0, 1].map((label) => {
    const drawings = [...support, ...query].filter((one) => one.label === label);
    return { name: `${seed}${label}`, drawings: drawings.map(({ drawing }) => drawing), files: [] };
  });
});

async function evaluate(options: { tasks: number; signal?: AbortSignal; onTask?: () => void }) {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  try {
    return await evaluateLearning(board, model, classes, { ...size, updates: 2, seed: 1, ...options });
  } finally {
    await board.close();
  }
}

test('the report follows from the tasks: means, intervals and the paired difference', async (t) => {
  const { evaluation, accuracies } = await evaluate({ tasks: 12 });
  t.is(accuracies.length, 12);
  for (const network of ['float32', 'int4', 'device'] as const) {
    for (const update of [0, 1, 2]) {
      const values = accuracies.map((task) => task[network][update]);
      t.is(evaluation.accuracyPerUpdate[network][update], mean(values));
      t.is(evaluation.ci95PerUpdate[network][update], halfInterval(values));
    }
  }
  t.is(evaluation.accuracy, evaluation.accuracyPerUpdate.device[2]);
  t.is(evaluation.softwareCi95.float32, evaluation.ci95PerUpdate.float32[2]);
  const { accuracy, ci95 } = evaluation.deviceMinusFloat32;
  t.true(Math.abs(accuracy - (evaluation.accuracy - evaluation.software.float32)) < 1e-12);
  t.is(ci95, halfInterval(accuracies.map(({ device, float32 }) => device[2] - float32[2])));
  t.true(ci95 > 0);
});

test('aborted, it reports the tasks until then, the same as of a run that asked for no more', async (t) => {
  const abort = new AbortController();
  let done = 0;
  const onTask = () => {
    if (++done === 3) abort.abort();
  };
  const { evaluation } = await evaluate({ tasks: 12, signal: abort.signal, onTask });
  const whole = await evaluate({ tasks: 3 });
  t.is(evaluation.tasks, 3);
  t.deepEqual({ ...evaluation, secondsPerTask: 0 }, { ...whole.evaluation, secondsPerTask: 0 });
  await t.throwsAsync(evaluate({ tasks: 2, signal: AbortSignal.abort() }), { any: true, name: 'AbortError' });
});

test('a board with most of its devices dead parts from software, one in order does not', async (t) => {
  const dead = loadProfile('hermes');
  dead.faults.deadFraction = 0.9;
  for (const [profile, parts] of [
    [loadProfile('ideal'), false],
    [dead, true],
  ] as const) {
    const board = await openSession(emulate(profile));
    await flash(board, model);
    const told: number[] = [];
    const { evaluation } = await evaluateLearning(board, model, classes, {
      ...size,
      updates: 4,
      seed: 1,
      tasks: 40,
      onTask: (done, _tasks, _accuracy, { parted }) => {
        if (parted) told.push(done);
      },
    });
    t.is(evaluation.parted !== null, parts, JSON.stringify(evaluation.parted));
    if (evaluation.parted) {
      t.is(told[0], evaluation.parted.tasks, 'told as soon as it showed');
      t.true(evaluation.parted.device < evaluation.parted.float32 - 0.01);
    } else t.deepEqual(told, []);
    t.is(evaluation.layers.length, 3);
    t.is(evaluation.emptyUpdates > 0, parts, `${evaluation.emptyUpdates} empty updates`);
    t.is(evaluation.blankDrawings, 0);
    await board.close();
  }
});
