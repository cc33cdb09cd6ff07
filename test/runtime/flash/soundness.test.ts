import test from 'ava';
import type { Board } from '../../../drivers/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { DeviceFault } from '../../../protocol/index.js';
import {
  columnRuns,
  ensureFlashed,
  faultSentence,
  flash,
  planModel,
  readRecord,
  refresh,
  UnsoundError,
  verify,
  writeRecord,
} from '../../../runtime/index.js';
import { regionsOf } from '../../../runtime/flash/regions.js';
import { recordedFaults } from '../../../runtime/flash/soundness.js';
import { emulate, openSession, setColumn, unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();
const YEAR = 365 * 86_400;

function profileWith(deadFraction: number) {
  const profile = loadProfile('hermes');
  profile.faults.deadFraction = deadFraction;
  return profile;
}

for (const profile of ['hermes', 'pcm-like'])
  test(`${profile} is sound fresh, and refreshed after a year`, async (t) => {
    for (const seed of [1, 2, 3]) {
      const board = await openSession(emulate(profile, seed));
      t.deepEqual((await flash(board, model)).faults, []);
      await board.advanceClock(YEAR);
      const { sound, faults } = await refresh(board, model);
      t.true(sound, faultSentence(faults));
      await board.close();
    }
  });

test('scattered dead devices of 1 % are sound, 40 % and all of them are not', async (t) => {
  for (const [share, sound] of [
    [0.01, true],
    [0.4, false],
    [1, false],
  ] as const) {
    const board = await openSession(emulate(profileWith(share)));
    const report = await flash(board, model);
    t.is(report.sound, sound, `${share}: ${faultSentence(report.faults)}`);
    t.is(report.faults.length === 0, sound);
    await board.close();
  }
});

test('a column that died after the flash is named with its layer and core, and goes with requireSound', async (t) => {
  const board = await openSession(emulate('hermes'));
  await flash(board, model);
  const [{ tiles, shape }] = planModel(model, board.information).placements;
  const { core, window } = tiles[0];
  const column = window.columnStart + 1;
  await setColumn(board, core, column, DeviceFault.dead);
  const expected = [{ layer: shape.layer.name, core, columns: [column], reason: 'read nearly nothing' }];
  t.deepEqual((await verify(board, model)).faults, expected);
  t.deepEqual((await refresh(board, model)).faults, expected);
  await t.throwsAsync(ensureFlashed(board, model, { requireSound: true }), {
    instanceOf: UnsoundError,
    message: new RegExp(`layer ${shape.layer.name}, core ${core}, columns ${column} read nearly nothing`),
  });
  t.is(await ensureFlashed(board, model), undefined);
  await board.close();
});

test('a board that reads the highest conductance everywhere is not sound, in any layer', async (t) => {
  const board = await openSession(emulate('ideal'));
  const broken = new Proxy<Board>(board, {
    get(target, name) {
      if (name === 'read')
        return (core: number, window: Parameters<Board['read']>[1]) =>
          target.read(core, window).then((conductances) => conductances.fill(65_535));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { sound, faults } = await flash(broken, model);
  t.false(sound);
  const names = planModel(model, board.information).placements.map(({ shape }) => shape.layer.name);
  t.deepEqual([...new Set(faults.map(({ layer }) => layer))], names);
  await board.close();
});

test('a board whose clock ran away is not sound until it is refreshed', async (t) => {
  const board = await openSession(emulate('hermes'));
  await flash(board, model);
  await board.advanceClock(1e12);
  t.false((await verify(board, model)).sound);
  await t.throwsAsync(ensureFlashed(board, model, { requireSound: true }), { instanceOf: UnsoundError });
  t.true((await refresh(board, model)).sound);
  t.is(await ensureFlashed(board, model, { requireSound: true }), undefined);
  t.true((await verify(board, model)).sound);
  await board.close();
});

test('what verify finds is on the board: others refuse it until a verify finds it sound again', async (t) => {
  const board = await openSession(emulate('ideal'));
  await flash(board, model);
  await ensureFlashed(board, model, { requireSound: true });
  const { conductanceMax } = board.information;
  const [{ tiles }] = planModel(model, board.information).placements;
  await setColumn(board, tiles[0].core, tiles[0].window.columnStart, DeviceFault.dead);
  t.false((await verify(board, model)).sound);
  await t.throwsAsync(ensureFlashed(board, model, { requireSound: true }), {
    instanceOf: UnsoundError,
    message: /layer conv1, core \d, columns \d+ read nearly nothing/,
  });
  const { model: held } = await readRecord(board);
  t.like(held, { complete: true, headTouched: false });
  await setColumn(board, tiles[0].core, tiles[0].window.columnStart, DeviceFault.none);
  for (const { core, window, targets } of regionsOf(
    model,
    planModel(model, board.information),
    conductanceMax,
  ))
    await board.program(core, window, targets);
  t.true((await verify(board, model)).sound);
  t.is((await readRecord(board)).model?.faults, undefined);
  t.is(await ensureFlashed(board, model, { requireSound: true }), undefined);
  await board.close();
});

test('faults of a head that has learned since stay on record: verify does not read it', async (t) => {
  const board = await openSession(emulate('ideal'));
  await flash(board, model);
  const record = await readRecord(board);
  for (const [faults, left] of [
    ['layer head, core 1, columns 3 read nearly nothing', true],
    ['layer conv1, core 1, columns 3 read nearly nothing', false],
  ] as const) {
    await writeRecord(board, { ...record, model: { ...record.model!, headTouched: true, faults } });
    t.true((await verify(board, model)).sound);
    t.is((await readRecord(board)).model?.faults, left ? faults : undefined);
  }
  await board.close();
});

test('many faults are told and recorded in whole words', (t) => {
  const columns = Array.from({ length: 100 }, (_, i) => 2 * i);
  t.is(columnRuns([0, 1, 2, 5, 7, 8]), '0-2, 5, 7-8');
  t.is(columnRuns(columns, 3), '0, 2, 4, and 97 more');
  const faults = Array.from({ length: 9 }, (_, core) => ({
    layer: 'a convolution with a long name',
    core,
    columns,
    reason: 'are 0.8 levels (root mean square) from their targets',
  }));
  t.regex(faultSentence(faults), /^(layer [^;]+ targets; ){4}and 5 more$/);
  const recorded = recordedFaults({ sound: false, faults })!;
  t.true(recorded.length <= 400);
  t.regex(recorded, /^(layer [^;]+ targets; )+and \d more$/);
  t.is(recordedFaults({ sound: true, faults: [] }), undefined);
});
