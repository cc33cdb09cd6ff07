import test from 'ava';
import {
  calibrate,
  ensureFlashed,
  flash,
  readRecord,
  refresh,
  verify,
  writeRecord,
} from '../../../runtime/index.js';
import { openBoard } from '../../../boards/index.js';
import { unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();

test('a refresh right after flashing finds little to do; after a year it brings the conductances back', async (t) => {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  const fresh = await refresh(board, model, { tolerance: 1 });
  t.true(fresh.refreshed < 0.02 * fresh.pairs, `${fresh.refreshed} of ${fresh.pairs}`);
  await board.advanceClock(365 * 86_400);
  const { programmedPairs } = await board.status();
  const old = await refresh(board, model, { tolerance: 0.5 });
  t.true(old.refreshed > 10 * fresh.refreshed && old.refreshed < old.pairs);
  t.is(Number((await board.status()).programmedPairs - programmedPairs), old.refreshed);
  t.is(old.devices, 4 * old.refreshed);
  const { before, after } = old.rmsErrorMicrosiemens;
  t.true(after < before / 2, `${before} then ${after}`);
  await board.close();
});

test('a pair that updates have driven up on both sides is refreshed', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  await flash(board, model);
  t.is((await refresh(board, model)).refreshed, 0);
  const saturated = {
    rows: Uint16Array.of(3),
    columns: Uint16Array.of(1),
    targets: Uint16Array.of(20000, 20000),
  };
  await board.programCells(0, saturated);
  t.is((await refresh(board, model)).refreshed, 1);
  t.is((await refresh(board, model)).refreshed, 0);
  await board.close();
});

test('a head that learned a task is left alone, and a recording of the fresh board is forgotten', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  await flash(board, model);
  const whole = (await refresh(board, model)).pairs;
  const record = await readRecord(board);
  await writeRecord(board, {
    ...record,
    model: { ...record.model!, headTouched: true },
    drift: { recording: 'x', clock: 0 },
  });
  t.true((await refresh(board, model)).pairs < whole);
  t.is((await readRecord(board)).drift, undefined);
  await board.close();
});

for (const [name, interrupted] of Object.entries({ refresh, calibrate }))
  test(`a ${name} that was interrupted is told by the record, and made good before the model is used`, async (t) => {
    const board = await openBoard('emulator:ideal?seed=1');
    await flash(board, model);
    const hurt = {
      rows: Uint16Array.of(3),
      columns: Uint16Array.of(1),
      targets: Uint16Array.of(20000, 20000),
    };
    await board.programCells(0, hurt);
    const { program, programCells } = board;
    // The power fails with the first device, and stays away.
    board.program = board.programCells = () => Promise.reject(new Error('cut'));
    await t.throwsAsync(interrupted(board, model as never), { message: 'cut' });
    Object.assign(board, { program, programCells });
    t.true((await readRecord(board)).model?.interrupted);
    t.is(await ensureFlashed(board, model, { requireSound: true }), undefined);
    t.is((await readRecord(board)).model?.interrupted, undefined);
    const { converged, devices } = await verify(board, model);
    t.is(converged, devices);
    await board.close();
  });
