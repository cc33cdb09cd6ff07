import test from 'ava';
import type { Board } from '../../../drivers/index.js';
import type { Model } from '../../../network/index.js';
import { flash, planModel } from '../../../runtime/index.js';
import { DeviceHead } from '../../../runtime/device/device-head.js';
import { Random } from '../../../network/numerics/random.js';
import { randomTensor } from '../../network/small-model.js';
import { openBoard } from '../../../boards/index.js';
import { unsaturatedModel } from '../rig.js';

async function headOf(board: Board, model: Model) {
  const placement = planModel(model, board.information).placements.at(-1)!;
  const [{ core, window }] = placement.tiles;
  const read = async () => Array.from(await board.read(core, window));
  return { head: new DeviceHead(board, model, placement), placement, read };
}

const programmed = async (board: Board): Promise<number> => Number((await board.status()).programmedPairs);

/** Pairs [rows, columns] of which the plus or the minus conductance differs. */
function differing(before: readonly number[], after: readonly number[]): number {
  const pairs = before.length / 2;
  return Array.from({ length: pairs }, (_, pair) => pair).filter(
    (pair) => before[pair] !== after[pair] || before[pairs + pair] !== after[pairs + pair],
  ).length;
}

const examples = (head: DeviceHead, features: number, seed: number): Int8Array[] => {
  const random = new Random(seed);
  return Array.from({ length: 6 }, () =>
    head.codes(Float32Array.from({ length: features }, () => random.between(0, 4))),
  );
};

test('an update programs the pairs whose level changes, those and no others', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  const model = unsaturatedModel();
  await flash(board, model);
  const { head, placement, read } = await headOf(board, model);
  t.is((await head.reset(3)).pairs, 0); // a fresh head is zero already
  const support = examples(head, placement.inputs, 1);
  for (let update = 0; update < 4; update++) {
    const [before, count] = [await read(), await programmed(board)];
    const { pairs } = await head.update(support, [0, 0, 1, 1, 2, 2], 0.05);
    const changed = differing(before, await read());
    t.is((await programmed(board)) - count, changed);
    t.is(pairs, changed);
    t.true(changed > 0 && changed < 3 * placement.inputs);
  }
  const learned = await read();
  const { pairs } = await head.reset(3);
  t.is(pairs, differing(learned, new Array<number>(learned.length).fill(0)));
  t.true((await read()).every((conductance) => conductance === 0));
  await board.close();
});

test('a head with meta-trained weights begins with them, and with its bias', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  const model = unsaturatedModel();
  const head = model.description.layers[2];
  Object.assign(head, { weights: 'head.weight', bias: 'head.bias', weightRange: 1 });
  const weights = randomTensor([3, 27], new Random(5));
  model.tensors.set('head.weight', weights);
  model.tensors.set('head.bias', { shape: [3], data: Float32Array.of(10, 20, 30) });
  await flash(board, model);
  const device = await headOf(board, model);
  t.is((await device.head.reset(3)).pairs, 0); // flashed with these weights
  const [silence] = await device.head.logits([new Int8Array(27)]);
  t.deepEqual([...silence], [10, 20, 30]);
  const [logits] = await device.head.logits([new Int8Array(27).fill(20)]);
  for (let way = 0; way < 3; way++) {
    const expected = weights.data
      .subarray(way * 27, (way + 1) * 27)
      .reduce((sum, weight) => sum + Math.round(weight * 7) / 7, 0);
    t.true(Math.abs(logits[way] - (10 * (way + 1) + expected * 20 * head.inputScale)) < 0.05);
  }
  await board.close();
});
