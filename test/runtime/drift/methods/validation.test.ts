import { inventCharacters } from '../../../../data/index.js';
import test from 'ava';
import { loadProfile } from '../../../../emulator/node/index.js';
import {
  type DriftResult,
  DriftStudy,
  flash,
  followDrift,
  identityCorrection,
  lossesAtBestTemperature,
  planModel,
  Validation,
} from '../../../../runtime/index.js';
import { drawStrokes } from '../../../../data/index.js';
import { sum } from '../../../../network/index.js';
import { openBoard, openEmulatedBoard } from '../../../../boards/index.js';
import { unsaturatedModel } from '../../rig.js';

const model = unsaturatedModel();

test('three of four right at equal margins: the loss is the entropy of 3 to 1, whatever the scale of the logits', (t) => {
  const answers = [0, 0, 0, 1].map((label) => ({ logits: Float32Array.of(1, 0), label }));
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  for (const scale of [0.1, 1, 10]) {
    const scaled = answers.map(({ logits, label }) => ({
      logits: logits.map((value) => value * scale),
      label,
    }));
    const [loss, none] = lossesAtBestTemperature([scaled.slice(0, 4), scaled.slice(0, 3)]);
    t.true(none < loss);
    const [alone] = lossesAtBestTemperature([scaled]);
    t.true(Math.abs(alone - entropy) < 1e-6, `${alone}`);
  }
});

test('a network that tells nothing apart has the loss of guessing, the flashed one less', async (t) => {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  const plan = planModel(model, board.information);
  const validation = new Validation(board, model, plan, 1, inventCharacters);
  const whole = plan.placements.map(identityCorrection);
  const flashed = await validation.losses(whole);
  const guessing = await validation.losses(
    whole.map(({ scale, offset }) => ({ scale: scale.map(() => 0), offset })),
  );
  const ways = plan.placements.at(-1)!.shape.columns ?? 20;
  for (const loss of guessing) t.true(Math.abs(loss - Math.log(ways)) < 1e-3, `${loss}`);
  flashed.forEach((loss, task) => t.true(loss < guessing[task], `${loss}`));
  await board.close();
});

test('validated corrects as the method that it took, and counts every vector that this needed', async (t) => {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  const options = { budget: 64, seed: 1, invent: inventCharacters };
  const study = await DriftStudy.begin(board, model, options);
  const before = (await board.status()).multiplications;
  const { probes } = await study.estimate('validated');
  t.is(Number((await board.status()).multiplications - before), probes);
  const results = await followDrift(study, drawStrokes({ classes: 6, drawings: 6, seed: 1, side: 6 }), {
    ...options,
    times: [0, 86_400],
    methods: ['global', 'matched', 'validated'],
    tasks: 2,
    updates: 2,
    ways: 3,
    shots: 2,
    queries: 4,
  });
  const apart = (one: DriftResult, other: DriftResult) =>
    sum(one.scales.flat().map((scale, index) => Math.abs(scale - other.scales.flat()[index])));
  for (const seconds of [0, 86_400]) {
    const [global, matched, validated] = results.filter((result) => result.seconds === seconds);
    const [taken, left] = validated.estimatedBy === 'global' ? [global, matched] : [matched, global];
    t.is(taken.method, validated.estimatedBy);
    t.true(apart(validated, taken) < apart(validated, left) / 2);
    t.true(validated.probes > global.probes + matched.probes);
  }
  await board.close();
});

test('the errors of single columns of an uncalibrated board are seen, and matched is taken', async (t) => {
  const hermes = loadProfile('hermes');
  const profile = { ...hermes, adc: { ...hermes.adc, gainDeviation: 0.15, offsetDeviation: 20 } };
  const board = await openEmulatedBoard({ profile, seed: 1 });
  await flash(board, model);
  const study = await DriftStudy.begin(board, model, { budget: 64, seed: 1, invent: inventCharacters });
  t.is((await study.estimate('validated')).method, 'matched');
  await board.close();
});
