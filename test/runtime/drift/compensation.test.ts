import { bundledModels } from '../../../network/node/index.js';
import { inventCharacters as invent } from '../../../data/index.js';
import test from 'ava';
import { loadProfile } from '../../../emulator/node/index.js';
import {
  bodyLayers,
  compensate,
  type DriftMethodName,
  driftMethodNames,
  flash,
  multiplicationError,
  networkProbes,
  planModel,
  record,
} from '../../../runtime/index.js';
import { loadModel } from '../../../network/node/index.js';
import { measureCodes } from '../../../runtime/drift/probes/codes.js';
import { columnFits } from '../../../runtime/drift/methods/factors.js';
import { randomProbes } from '../../../runtime/drift/probes/probes.js';
import { fitScale } from '../../../runtime/drift/methods/regression.js';
import { Random } from '../../../network/numerics/random.js';
import { emulate, openSession } from '../rig.js';

const model = await loadModel(bundledModels.omniglot);
const YEAR = 365 * 86_400;

async function flashed(profile: string) {
  const emulator = emulate(withoutSpread(profile), 2);
  const board = await openSession(emulator);
  await flash(board, model);
  const plan = planModel(model, board.information);
  return { emulator, board, plan, layers: bodyLayers(model, plan) };
}

/** Converters as they are after calibration. */
function withoutSpread(name: string) {
  const profile = loadProfile(name);
  return { ...profile, adc: { ...profile.adc, gainDeviation: 0, offsetDeviation: 0 } };
}

async function errors(profile: string, seconds: number): Promise<Record<DriftMethodName, number>> {
  const { board, plan, layers } = await flashed(profile);
  const recording = await record(board, plan, layers, 128, 1);
  const activations = networkProbes(model, plan, { count: 128, seed: 1, invent });
  const held = networkProbes(model, plan, { count: 128, seed: 1, invent, purpose: 'test' });
  await board.advanceClock(seconds);
  const result = {} as Record<DriftMethodName, number>;
  for (const method of driftMethodNames) {
    const { corrections } = await compensate(method, { board, plan, layers, recording, activations });
    result[method] = await multiplicationError(board, layers, corrections, held);
  }
  await board.close();
  return result;
}

test('after a year every compensation multiplies better than none, and matching the network best', async (t) => {
  for (const profile of ['hermes', 'pcm-like']) {
    const { none, matched, ...recorded } = await errors(profile, YEAR);
    for (const [method, error] of Object.entries(recorded)) {
      t.true(none > 2 * error, `${profile}: none ${none}, ${method} ${error}`);
      t.true(matched < 0.9 * error, `${profile}: matched ${matched}, ${method} ${error}`);
    }
  }
});

test('a chip that has become warmer multiplies wrong, and every compensation brings back most of it', async (t) => {
  const { board, plan, layers } = await flashed('hermes-thermal');
  const recording = await record(board, plan, layers, 128, 1);
  const activations = networkProbes(model, plan, { count: 128, seed: 1, invent });
  const held = networkProbes(model, plan, { count: 128, seed: 1, invent, purpose: 'test' });
  const fresh = await multiplicationError(board, layers, [], held);
  await board.setTemperature(65);
  const error = async (method: DriftMethodName) => {
    const { corrections } = await compensate(method, { board, plan, layers, recording, activations });
    return multiplicationError(board, layers, corrections, held);
  };
  const [none, global, column, matched] = [
    await error('none'),
    await error('global'),
    await error('column'),
    await error('matched'),
  ];
  t.true(none > 3 * fresh, `${none} of ${fresh}`);
  t.true(global < none / 2 && column < global && matched < 0.9 * column, `${global} ${column} ${matched}`);
  await board.setTemperature(25);
  t.true((await error('none')) < 1.1 * fresh);
  await board.close();
});

test('a chip without noise and drift is left as it is, to the rounding of its codes', async (t) => {
  for (const [method, error] of Object.entries(await errors('ideal', YEAR)))
    t.true(error < 0.005, `${method}: ${error}`);
});

test('no method spends more probes than its budget', async (t) => {
  const { board, plan, layers } = await flashed('ideal');
  const budget = 40;
  const recording = await record(board, plan, layers, budget, 1);
  const activations = networkProbes(model, plan, { count: budget, seed: 1, invent });
  const parts = layers.reduce(
    (sum, { placement }) => sum + Math.ceil(placement.inputs / placement.partInputs),
    0,
  );
  for (const method of driftMethodNames) {
    const before = (await board.status()).multiplications;
    const { probes } = await compensate(method, { board, plan, layers, recording, activations });
    t.is(Number((await board.status()).multiplications - before), probes);
    t.is(probes, method === 'none' ? 0 : budget * parts);
  }
  await board.close();
});

for (const profile of ['hermes', 'pcm-like'])
  test(`${profile}: column factors agree with the chip's own matrix within their confidence intervals in 95 % of the columns`, async (t) => {
    const { emulator, board, plan, layers } = await flashed(profile);
    const wide = layers.filter(({ placement }) => placement.repeats === 1);
    const random = new Random(9);
    const probes = wide.map(({ placement, matrix }) => randomProbes(placement, matrix, plan, 256, random));
    const measure = async () => {
      const codes = [];
      for (const [index, { placement }] of wide.entries())
        codes.push(await measureCodes(board, placement, probes[index]));
      const matrices = [0, 1].map((core) => {
        const { conductance, variance } = emulator.chip.matrix(core);
        return { conductance: conductance.slice(), variance: variance.slice() };
      });
      return { codes, matrices };
    };
    const fresh = await measure();
    await board.advanceClock(30 * 86_400);
    const old = await measure();
    const { fastDeviation, varianceScale } = emulator.chip.model;
    let columns = 0;
    let covered = 0;
    for (const [index, { placement }] of wide.entries()) {
      const answers = { placement, expected: fresh.codes[index], present: old.codes[index] };
      for (const [at, { scale, scaleError }] of columnFits(answers, fitScale).entries()) {
        const core = Math.floor(at / placement.outputs);
        const { columnStart, rows } = placement.tiles[0].window;
        const column = columnStart + (at % placement.outputs);
        let product = 0;
        let square = 0;
        for (let row = 0; row < rows; row++) {
          const cell = row * board.information.columns + column;
          const { conductance, variance } = old.matrices[core];
          product += fresh.matrices[core].conductance[cell] * conductance[cell];
          // The factor makes the best of noisy answers, so that their read noise belongs to its truth.
          square += conductance[cell] ** 2 + fastDeviation ** 2 * (variance[cell] / varianceScale);
        }
        columns++;
        if (Math.abs(scale - product / square) <= 1.96 * scaleError) covered++;
      }
    }
    t.is(columns, 2 * 3 * 56);
    t.true(
      covered / columns >= 0.95 - 0.024,
      `${covered} of ${columns}; two standard errors of the share are 2.4 %`,
    );
    await board.close();
  });
