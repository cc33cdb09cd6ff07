import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, type Dial, LinkError } from '../../../drivers/index.js';
import { type Refusal, RefusalCode } from '../../../protocol/index.js';
import {
  ensureFlashed,
  flash,
  forgetModel,
  NotFlashedError,
  PlanError,
  planModel,
  readRecord,
  verify,
} from '../../../runtime/index.js';
import { regionsOf } from '../../../runtime/flash/regions.js';
import { oneLayer } from '../mapping/arbitrary-plan.js';
import { smallModel } from '../../network/small-model.js';
import { openBoard } from '../../../boards/index.js';
import { breakingDial, dialTo, emulate, openSession } from '../rig.js';

const model = smallModel();

test('without noise every cell reads back exactly as planned', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  const report = await flash(board, model);
  const { cells, placements } = planModel(model, board.information);
  t.is(report.devices, cells * 4);
  t.is(report.converged, report.devices);
  t.is(report.rmsErrorMicrosiemens, 0);
  t.false(report.resumed);
  for (const { core, window, targets } of regionsOf(
    model,
    { ...planModel(model, board.information), placements },
    25_000,
  ))
    t.deepEqual(await board.read(core, window), targets);
  t.is((await board.status()).programmedPairs, BigInt(cells));
  await board.close();
});

test('on hermes most devices, not all, read back within half a level, and the error is the published one', async (t) => {
  const board = await openBoard('emulator:hermes?seed=1');
  const wide = oneLayer(100, 252);
  const report = await flash(board, wide);
  const share = report.converged / report.devices;
  t.true(share > 0.85 && share < 0.99, `${share} converged`);
  // Two devices a polarity: s of the published polynomial lies between 0.17 and 1.1 microsiemens
  t.true(report.rmsErrorMicrosiemens > 0.3 && report.rmsErrorMicrosiemens < 1.1);
  const again = await verify(board, wide);
  t.true(Math.abs(again.converged / again.devices - share) < 0.02);
  await board.close();
});

test('a link lost in the middle is dialled again: each pair is programmed once, and nothing needs resuming', async (t) => {
  const emulated = emulate('ideal');
  let links = 0;
  const dial: Dial = (signal) => (links++, dialTo(emulated)(signal));
  const board = await Board.open(breakingDial(dial, 10), { crc32 });
  const report = await flash(board, model);
  t.is(links, 2);
  t.false(report.resumed);
  t.is(report.converged, report.devices);
  t.is((await board.status()).programmedPairs, BigInt(planModel(model, board.information).cells));
  await board.close();
});

/** Flashes until two regions are done, then drops the session. */
async function interruptedFlash(board: Board): Promise<void> {
  let done = 0;
  const onEvent = ({ type }: { type: string }) => {
    if (type === 'program' && ++done === 4) void board.close();
  };
  await flash(board, model, { onEvent });
}

test('a flash cut off by the end of its session goes on where it stopped', async (t) => {
  const emulated = emulate('ideal');
  const first = await openSession(emulated);
  await t.throwsAsync(interruptedFlash(first), { instanceOf: LinkError });
  const board = await openSession(emulated);
  const { programmedPairs } = await board.status();
  const { cells } = planModel(model, board.information);
  t.true(programmedPairs > 0n && programmedPairs < cells, `${programmedPairs} of ${cells}`);
  await t.throwsAsync(verify(board, model), {
    instanceOf: NotFlashedError,
    message: "The board holds part of the model small, not this one; flash it first with 'pcm flash'.",
  });
  const report = await flash(board, model);
  t.true(report.resumed);
  t.true(report.iterations < cells);
  t.is(report.converged, report.devices);
  await board.close();
});

test('the rest of an interrupted flash of another model is not taken for this one', async (t) => {
  const emulated = emulate('ideal');
  await t.throwsAsync(interruptedFlash(await openSession(emulated)));
  const board = await openSession(emulated);
  const other = smallModel(2);
  const report = await flash(board, other);
  t.false(report.resumed);
  t.is(report.iterations, planModel(other, board.information).cells);
  t.is(report.converged, report.devices);
  await t.throwsAsync(verify(board, model), { instanceOf: NotFlashedError });
  await board.close();
});

test('a flash can be cancelled; the board then holds part of the model', async (t) => {
  const board = await openBoard('emulator:hermes?seed=1');
  const abort = new AbortController();
  const flashing = flash(board, oneLayer(256, 512), {
    signal: abort.signal,
    onEvent: ({ type }) => type === 'program' && abort.abort(),
  });
  const refusal = await t.throwsAsync(flashing);
  t.is((refusal as Refusal).code, RefusalCode.cancelled);
  t.is((await readRecord(board)).model?.complete, false);
  await board.close();
});

test('a model that does not fit is refused before a device or the record is touched', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  await flash(board, model);
  const before = [await board.status(), await readRecord(board)];
  await t.throwsAsync(flash(board, oneLayer(300, 10)), { instanceOf: PlanError });
  t.deepEqual([await board.status(), await readRecord(board)], before);
  await board.close();
});

test('a board that holds the model is not flashed again, until it was programmed by hand', async (t) => {
  const board = await openBoard('emulator:ideal?seed=1');
  t.not(await ensureFlashed(board, model), undefined);
  t.is(await ensureFlashed(board, model), undefined);
  await forgetModel(board);
  await t.throwsAsync(verify(board, model), { message: /The board holds no model/ });
  t.not(await ensureFlashed(board, model), undefined);
  await board.close();
});
