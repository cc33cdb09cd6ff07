import { bundledModels } from '../../../network/node/index.js';
import test from 'ava';
import type { Board } from '../../../drivers/index.js';
import {
  checkWays,
  DeviceLearner,
  flash,
  type LearnedTask,
  NotFlashedError,
  PlanError,
  verify,
} from '../../../runtime/index.js';
import { type Episode, ModelError, Random, sampleEpisode, SoftwareNetwork } from '../../../network/index.js';
import { drawStrokes } from '../../../data/index.js';
import { loadModel } from '../../../network/node/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { oneLayer } from '../mapping/arbitrary-plan.js';
import { openBoard } from '../../../boards/index.js';
import { emulate, noiseTask, openSession, unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();

async function learn(board: Board, ...tasks: Episode[]): Promise<LearnedTask> {
  const learner = await DeviceLearner.open(board, model);
  let learned: LearnedTask | undefined;
  for (const task of tasks) learned = await learner.learn(task);
  return learned!;
}

test('a device without noise learns like the 4-bit software network', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  await flash(board, model);
  for (const seed of [1, 2, 3]) {
    const task = noiseTask(seed);
    const device = await learn(board, task);
    const software = new SoftwareNetwork(model, 'int4').learn(task).accuracies;
    t.true(Math.abs(device.accuracies[4] - software[4]) <= 1 / 6, `${device.accuracies}; ${software}`);
    t.true(device.accuracies[4] > device.accuracies[0], device.accuracies.join(' '));
    const counted = device.confusion[4].flat().reduce((sum, count) => sum + count, 0);
    t.is(counted, task.query.length);
    t.is(
      device.confusion[4].reduce((sum, row, label) => sum + row[label], 0) / counted,
      device.accuracies[4],
    );
  }
  await board.close();
});

test('the bundled model learns invented characters on a noisy device as well as in software', async (t) => {
  const bundled = await loadModel(bundledModels.omniglot);
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, bundled);
  const size = { ways: 5, shots: 3, queries: 4 };
  const classes = drawStrokes({ classes: 8, drawings: 7, seed: 1 });
  const task = sampleEpisode(classes, size, new Random(1));
  const { accuracies } = await (await DeviceLearner.open(board, bundled)).learn(task);
  const software = new SoftwareNetwork(bundled).learn(task).accuracies;
  t.true(software[4] >= 0.9, `software: ${software.join(' ')}`);
  t.true(accuracies[4] >= software[4] - 0.1, `device: ${accuracies.join(' ')}`);
  await board.close();
});

test('an earlier task is forgotten: within one process and from one to the next', async (t) => {
  const [first, second] = [noiseTask(1), noiseTask(2)];
  const fresh = await openBoard('emulator:ideal?seed=1');
  await flash(fresh, model);
  const alone = await learn(fresh, second);
  await fresh.close();

  const used = emulate('ideal');
  const board = await openSession(used);
  await flash(board, model);
  const afterAnother = await learn(board, first, second);
  t.deepEqual(afterAnother.accuracies, alone.accuracies);
  t.deepEqual(afterAnother.confusion, alone.confusion);
  await board.close();

  const again = await openSession(used);
  t.deepEqual(await learn(again, second), alone);
  const { converged, devices } = await verify(again, model); // the head, which holds a task, is left out
  t.is(converged, devices);
  await again.close();
});

test('the same seed gives the same bytes, another seed others', async (t) => {
  const snapshots: Uint8Array[] = [];
  const results: LearnedTask[] = [];
  for (const seed of [1, 1, 2]) {
    const emulated = emulate('hermes', seed);
    const board = await openSession(emulated);
    await flash(board, model);
    results.push(await learn(board, noiseTask(1)));
    snapshots.push(emulated.chip.snapshot());
    await board.close();
  }
  t.true(Buffer.from(snapshots[0]).equals(snapshots[1]));
  t.deepEqual(results[0], results[1]);
  t.false(Buffer.from(snapshots[0]).equals(snapshots[2]));
});

test('a board that holds no model, or a task that the head has no columns for, is refused and stays as it is', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  await t.throwsAsync(DeviceLearner.open(board, model), {
    instanceOf: NotFlashedError,
    message: "The board holds no model, not this one; flash it first with 'pcm flash'.",
  });
  t.throws(() => checkWays(model, board.information, 300), {
    instanceOf: PlanError,
    message:
      '300 ways need 300 columns for the head, but the chip has 254 left beside the other layers; choose fewer ways.',
  });
  t.throws(() => checkWays(oneLayer(5, 27), board.information, 4), {
    instanceOf: ModelError,
    message: 'The head was trained for 5 ways, not for 4.',
  });
  t.is((await board.status()).programmedPairs, 0n);
  await board.close();
});

test('a task that was noted is resumed as it is: the same answers, nothing programmed; then another is learned', async (t) => {
  const emulator = emulate({ ...loadProfile('ideal'), rows: 64, columns: 64 }, 1);
  const board = await openSession(emulator);
  await flash(board, model);
  const [first, second] = [noiseTask(1), noiseTask(2)];
  const drawings = first.query.map(({ drawing }) => drawing);
  const learner = await DeviceLearner.open(board, model);
  await t.throwsAsync(DeviceLearner.resume(board, model), { instanceOf: NotFlashedError });
  await learner.learn(first);
  t.true(await learner.note(first.classes));
  const answers = await learner.classify(drawings);
  const { programmedPairs } = await board.status();
  const { learner: resumed, task } = await DeviceLearner.resume(board, model);
  t.deepEqual(task.classes, first.classes);
  t.deepEqual(await resumed.classify(drawings), answers);
  t.is((await board.status()).programmedPairs, programmedPairs);
  // The host does not know what the head holds: it must program all of it before it learns again.
  const again = await resumed.learn(second);
  t.deepEqual(again.accuracies, (await learn(await freshBoard(), second)).accuracies);
  await t.throwsAsync(DeviceLearner.resume(board, model), { instanceOf: NotFlashedError });
});

async function freshBoard(): Promise<Board> {
  const board = await openSession(emulate({ ...loadProfile('ideal'), rows: 64, columns: 64 }, 1));
  await flash(board, model);
  return board;
}
