import test from 'ava';
import { withBoard } from '../../../cli/board/board.js';
import type { Board } from '../../../drivers/index.js';
import { BoardSynapses } from '../../../runtime/arm/board-synapses.js';
import { evaluateArm } from '../../../runtime/arm/evaluate.js';
import { learnerRanges, LevelSynapses } from '../../../network/arm/synapses.js';
import { PlanError } from '../../../runtime/mapping/plan.js';
import { Random } from '../../../network/numerics/random.js';
import { smallArm } from '../../network/arm/small-arm.js';

const model = smallArm();
const { neurons, clocks } = model.description.network;

const onBoard = <T>(profile: string, work: (board: Board) => Promise<T>) =>
  withBoard({ board: `emulator:${profile}?seed=3`, token: '' }, work);

/** Weights that differ from the model's in `count` pairs by two levels. */
function changedWeights(count: number): { weights: Float32Array; pairs: number[] } {
  const weights = model.parameters.weights.slice();
  const pairs = new Random(8).sample(weights.length, count).sort((a, b) => a - b);
  for (const pair of pairs) weights[pair] += weights[pair] > 0 ? -0.2 : 0.2;
  return { weights, pairs };
}

test('on a chip without noise the board multiplies as the levels in software do', (t) =>
  onBoard('ideal', async (board) => {
    const { synapses } = await BoardSynapses.open(board, model);
    const software = new LevelSynapses(learnerRanges(model));
    const random = new Random(5);
    for (const weights of [model.parameters.weights, changedWeights(60).weights]) {
      await synapses.store(weights);
      await software.store(weights);
      for (let vector = 0; vector < 10; vector++) {
        const inputs = Float32Array.from({ length: neurons + clocks }, () => random.below(4) / 3);
        const expected = await software.multiply(inputs);
        const currents = await synapses.multiply(inputs);
        // An output code is about a seventh of a level.
        currents.forEach((current, j) => t.true(Math.abs(current - expected[j]) < 0.03));
      }
    }
  }));

test('an update re-programs the pairs whose level changes and no other, in every copy', (t) =>
  onBoard('hermes', async (board) => {
    const { synapses } = await BoardSynapses.open(board, model);
    const { weights, pairs } = changedWeights(50);
    const before = await board.status();
    t.deepEqual(await synapses.store(weights), pairs);
    const after = await board.status();
    t.is(after.programmedPairs - before.programmedPairs, 50n * 2n);
    t.deepEqual(await synapses.store(weights), []);
  }));

test('after an evaluation the board holds the model as flashed, and knows it', (t) =>
  onBoard('hermes', async (board) => {
    await evaluateArm(board, model, { trajectories: 2, seed: 1 });
    const { flashed, synapses } = await BoardSynapses.open(board, model);
    t.is(flashed, undefined);
    t.deepEqual(await synapses.store(model.parameters.weights), []);
  }));

test('a board whose levels were left changed is flashed again', (t) =>
  onBoard('hermes', async (board) => {
    const { synapses } = await BoardSynapses.open(board, model);
    await synapses.store(changedWeights(5).weights);
    t.truthy((await BoardSynapses.open(board, model)).flashed);
  }));

test('the same seeds give the same evaluation, others another', async (t) => {
  const evaluate = (seed: number) =>
    onBoard('hermes', (board) => evaluateArm(board, model, { trajectories: 2, seed }));
  const result = await evaluate(1);
  t.deepEqual(await evaluate(1), result);
  t.not((await evaluate(2)).errorAfter, result.errorAfter);
  t.true(result.pairsUpdated > 0);
  t.is(result.devicesUpdated, result.pairsUpdated * model.parameters.weights.length * 2 * 2 * 2);
});

test('beside devices that have drifted, pairs are written as if they had drifted as well', (t) =>
  onBoard('hermes', async (board) => {
    await BoardSynapses.open(board, model);
    await board.advanceClock(30 * 86_400);
    const { synapses, flashed } = await BoardSynapses.open(board, model);
    t.is(flashed, undefined);
    await synapses.store(model.parameters.weights.map(() => 1));
    const window = { rowStart: 0, rows: neurons + clocks, columnStart: 0, columns: neurons };
    const plus = (await board.read(0, window)).subarray(0, window.rows * window.columns);
    const mean = plus.reduce((sum, conductance) => sum + conductance / plus.length, 0);
    const kept = mean / board.information.conductanceMax;
    t.true(kept > 0.55 && kept < 0.85, `${kept}`);
  }));

test('a network that a core has no room for is refused before anything is programmed', (t) =>
  onBoard('hermes', async (board) => {
    const before = await board.status();
    const error = await t.throwsAsync(BoardSynapses.open(board, smallArm({ neurons: 254 })), {
      instanceOf: PlanError,
    });
    t.regex(error.message, /needs 259 rows and 254 columns of one core, which has 256 and 256/);
    t.deepEqual(await board.status(), before);
  }));
