import test from 'ava';
import type { Board } from '../../../drivers/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { inventCharacters } from '../../../data/index.js';
import { DeviceFault } from '../../../protocol/index.js';
import {
  DeviceLearner,
  DriftStudy,
  ensureFlashed,
  flash,
  faultSentence,
  type LearnedTask,
  NotFlashedError,
  planModel,
  planOn,
  readRecord,
  refresh,
  verify,
} from '../../../runtime/index.js';
import { emulate, noiseTask, openSession, setColumn, unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();
const CORE = 0;

/** A board of this profile whose first two columns that a model would use are dead and stuck. */
async function faulty(profile: string) {
  const emulated = emulate(profile);
  const board = await openSession(emulated);
  const { window } = planModel(model, board.information).placements[1].tiles[0];
  await setColumn(board, CORE, 0, DeviceFault.dead);
  await setColumn(board, CORE, window.columnStart + 1, DeviceFault.stuckSet);
  return { emulated, board, columns: [0, window.columnStart + 1] };
}

async function learn(board: Board): Promise<LearnedTask> {
  return (await DeviceLearner.open(board, model)).learn(noiseTask(1));
}

test('layers move past dead and stuck columns, and what they compute is that of an intact board', async (t) => {
  const { emulated, board, columns } = await faulty('ideal');
  const placements = planModel(model, board.information).placements;
  const onCore = placements.filter(({ tiles }) => tiles.some(({ core }) => core === CORE));
  const { sound, faults, moved } = await flash(board, model);
  t.true(sound, faultSentence(faults));
  t.deepEqual((await readRecord(board)).spared, [{ core: CORE, columns }]);
  t.is(moved[0].from.core, CORE);
  t.is(moved[0].from.columns[0], 0);
  t.true(moved.length >= onCore.length);
  for (const { to } of moved) t.false(to.core === CORE && to.columns.some((one) => columns.includes(one)));
  const task = await learn(board);
  await board.close();

  const intact = await openSession(emulate('ideal'));
  await flash(intact, model);
  t.deepEqual(task, await learn(intact));
  await intact.close();

  // Another program finds them there: the record is on the board.
  const again = await openSession(emulated);
  t.is(await ensureFlashed(again, model, { requireSound: true }), undefined);
  t.deepEqual(await learn(again), task);
  t.true((await verify(again, model)).sound);
  const { refreshed, sound: soundAfter } = await refresh(again, model);
  t.deepEqual([refreshed, soundAfter], [0, true], 'columns that are passed over are left alone');
  const other = unsaturatedModel(2);
  const second = await flash(again, other);
  t.true(second.sound && second.moved.length > 0, 'the next model keeps away from them at once');
  await again.close();
});

test('drift is measured on the columns that are in use', async (t) => {
  const { board } = await faulty('ideal');
  await flash(board, model);
  const study = await DriftStudy.begin(board, model, { budget: 32, seed: 1, invent: inventCharacters });
  t.true((await study.error([])) < 0.05, 'the error of the converter alone');
  await board.close();
});

test('a noisy board with faulty columns is sound after the flash, and refreshed after a year', async (t) => {
  const { board } = await faulty('hermes');
  t.true((await flash(board, model)).sound);
  await board.advanceClock(365 * 86_400);
  const { sound, faults } = await refresh(board, model);
  t.true(sound, faultSentence(faults));
  await board.close();
});

test('columns that were repaired are used again on request', async (t) => {
  const { board, columns } = await faulty('ideal');
  await flash(board, model);
  for (const column of columns) await setColumn(board, CORE, column, DeviceFault.none);
  t.true((await flash(board, model)).moved.length > 0, 'not by itself');
  const { sound, moved } = await flash(board, model, { retryColumns: true });
  t.deepEqual([sound, moved], [true, []]);
  t.is((await readRecord(board)).spared, undefined);
  t.like(await learn(board), { emptyUpdates: 0 });
  await board.close();
});

test('a flash that was stopped while it moved layers leaves no model, and the next one completes the move', async (t) => {
  const { board } = await faulty('ideal');
  const abort = new AbortController();
  let plans = 0;
  const onEvent = ({ type }: { type: string }) => {
    if (type === 'plan') plans++;
    if (type === 'program' && plans === 2) abort.abort();
  };
  await t.throwsAsync(flash(board, model, { signal: abort.signal, onEvent }));
  t.is(plans, 2);
  await t.throwsAsync(DeviceLearner.open(board, model), { instanceOf: NotFlashedError });
  const report = await flash(board, model);
  t.true(report.sound && report.moved.length > 0);
  t.deepEqual(
    (await planOn(board, model)).placements.map(({ outputs }) => outputs > 0),
    [true, true, true],
  );
  await board.close();
});

test('without free columns, layers stay where they are, and the faults are told', async (t) => {
  const board = await openSession(emulate({ ...loadProfile('ideal'), cores: 1, columns: 6 }));
  const [{ tiles }] = planModel(model, board.information).placements;
  t.is(planModel(model, board.information).placements.at(-1)!.outputs, 1, 'a chip without room');
  for (const column of [0, 1]) await setColumn(board, tiles[0].core, column, DeviceFault.dead);
  const { sound, faults, moved } = await flash(board, model);
  t.false(sound);
  t.deepEqual(
    faults.map(({ layer, columns }) => [layer, columns]),
    [['conv1', [0, 1]]],
  );
  t.deepEqual(moved, []);
  t.is((await readRecord(board)).spared, undefined);
  await board.close();
});
