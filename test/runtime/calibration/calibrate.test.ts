import test from 'ava';
import { createConverters } from '../../../emulator/chip/crossbar/converters.js';
import { plainBackend } from '../../../emulator/chip/plain-backend.js';
import { Draws } from '../../../emulator/chip/devices/draws.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { calibrate } from '../../../runtime/calibration/calibrate.js';
import { readRecord } from '../../../runtime/flash/board-record.js';
import { Random } from '../../../network/numerics/random.js';
import { emulate, openSession } from '../rig.js';

const ROWS = 48;
const COLUMNS = 96;

/** Two cores; on each, the first half of the columns holds random levels, the rest nothing. */
async function programmedBoard(
  seed: number,
  { name = 'hermes', fastOctaves }: { name?: string; fastOctaves?: number } = {},
) {
  const bundled = loadProfile(name);
  const profile = {
    ...bundled,
    rows: ROWS,
    columns: COLUMNS,
    readNoise: { ...bundled.readNoise, ...(fastOctaves && { fastOctaves }) },
  };
  const emulator = emulate(profile, seed);
  const board = await openSession(emulator);
  const random = new Random(seed);
  const { conductanceMax } = board.information;
  for (let core = 0; core < 2; core++) {
    const window = { rowStart: 0, rows: ROWS, columnStart: 0, columns: COLUMNS / 2 };
    const plane = window.rows * window.columns;
    const targets = new Uint16Array(2 * plane);
    for (let cell = 0; cell < plane; cell++)
      targets[random.below(2) * plane + cell] = Math.round((random.below(8) / 7) * conductanceMax);
    await board.program(core, window, targets);
  }
  return { board, emulator, seed };
}

for (const name of ['hermes', 'pcm-like'])
  test(`${name}: gains and offsets agree with the converters within their own confidence intervals in 95 % of the columns`, async (t) => {
    const { board, emulator, seed } = await programmedBoard(3, { name });
    const { cores } = await calibrate(board, { maxRounds: 16 });
    let gains = 0;
    let offsets = 0;
    for (const { core, columns: estimates, unmeasured } of cores) {
      const { model } = emulator.chip;
      const truth = createConverters(model, new Draws(seed, core), plainBackend().allocate);
      const step = board.information.adcStep;
      t.deepEqual(unmeasured, []);
      for (const [column, { gain, gainError, offset, offsetError }] of estimates.entries()) {
        if (Math.abs(gain - truth.gain[column] * step) <= 1.96 * gainError) gains++;
        if (Math.abs(offset - truth.offset[column]) <= 1.96 * offsetError) offsets++;
      }
    }
    // 192 columns: the share itself has a standard error of 1.6 %
    t.true(gains / (2 * COLUMNS) >= 0.95 - 0.032, `gains: ${gains} of ${2 * COLUMNS}`);
    t.true(offsets / (2 * COLUMNS) >= 0.95 - 0.032, `offsets: ${offsets} of ${2 * COLUMNS}`);
  });

test('a calibrated column gives the nominal code: gain within half a code at full scale, offset within rounding', async (t) => {
  const { board, emulator, seed } = await programmedBoard(4, { fastOctaves: 4 });
  const report = await calibrate(board);
  t.true(report.gainErrorCodes < 0.5 && report.offsetErrorCodes < 0.5);
  t.true(report.gainSpread > 0.02 && report.gainSpread < 0.04);
  const fullScale = 2 ** (board.information.adcBits - 1);
  for (let core = 0; core < 2; core++) {
    const truth = createConverters(emulator.chip.model, new Draws(seed, core), plainBackend().allocate);
    const { scales, offsets } = await board.readColumns(core, 0, COLUMNS);
    for (let column = 0; column < COLUMNS; column++) {
      const scale = scales[column] / 2 ** board.information.scaleFractionBits;
      const gain = truth.gain[column] * board.information.adcStep * scale;
      t.true(Math.abs(gain - 1) * fullScale < 4 * 0.5, `gain ${gain} of column ${column}`);
      const offset = truth.offset[column] * scale + offsets[column];
      t.true(Math.abs(offset) < 0.5 + 4 * report.offsetErrorCodes, `offset ${offset} of column ${column}`);
    }
  }
});

test('a second calibration changes nothing, and blank columns are blank again', async (t) => {
  const { board } = await programmedBoard(5);
  await calibrate(board, { maxRounds: 8 });
  const first = await board.readColumns(1, 0, COLUMNS);
  const { calibration } = await readRecord(board);
  t.is(calibration?.columnsMeasured, 2 * COLUMNS);
  await calibrate(board, { maxRounds: 8 });
  t.deepEqual(await board.readColumns(1, 0, COLUMNS), first);
  const blank = { rowStart: 0, rows: ROWS, columnStart: COLUMNS / 2, columns: COLUMNS / 2 };
  const conductances = await board.read(0, blank);
  t.true(Math.max(...conductances) < 2000, 'all below 2 microsiemens');
});

test('a calibration holds at another temperature: gains refer to the conductances as they are', async (t) => {
  const { board } = await programmedBoard(7, { name: 'hermes-thermal' });
  await calibrate(board, { maxRounds: 8 });
  const settings = await board.readColumns(0, 0, COLUMNS);
  for (const celsius of [60, 0]) {
    await board.setTemperature(celsius);
    await calibrate(board, { maxRounds: 8 });
    t.deepEqual(await board.readColumns(0, 0, COLUMNS), settings, `at ${celsius} degrees`);
  }
});

test('a dry run leaves board and record alone', async (t) => {
  const { board } = await programmedBoard(6);
  const before = await board.status();
  const settings = await board.readColumns(0, 0, COLUMNS);
  const { cores, dryRun } = await calibrate(board, { dryRun: true, maxRounds: 8 });
  t.true(dryRun);
  t.deepEqual(await board.readColumns(0, 0, COLUMNS), settings);
  t.deepEqual(await readRecord(board), {});
  const { programmedPairs } = await board.status();
  t.is(programmedPairs, before.programmedPairs);
  t.true(cores[0].unmeasured.length >= COLUMNS / 2, 'blank columns are not measured');
});

test('a single blank column is measured exactly: its reference is none of the probes', async (t) => {
  const emulator = emulate({ ...loadProfile('ideal'), rows: 32, columns: 3 }, 1);
  const board = await openSession(emulator);
  for (let core = 0; core < 2; core++) {
    const levels = new Uint16Array(2 * 64).map((_, cell) => (cell % 3) * 10_000);
    await board.program(core, { rowStart: 0, rows: 32, columnStart: 0, columns: 2 }, levels);
  }
  const { cores } = await calibrate(board, { maxRounds: 4 });
  for (const { columns } of cores) {
    const { gain, offset } = columns[2];
    t.true(Math.abs(gain - 1) < 0.01 && Math.abs(offset) < 1, `gain ${gain}, offset ${offset}`);
  }
});

for (const calibrated of [false, true])
  test(`an aborted calibration leaves a board ${calibrated ? 'calibrated' : 'uncalibrated'} as it was`, async (t) => {
    const { board } = await programmedBoard(8);
    if (calibrated) await calibrate(board, { maxRounds: 4 });
    const settings = async () => [
      await board.readColumns(0, 0, COLUMNS),
      await board.readColumns(1, 0, COLUMNS),
    ];
    const before = { settings: await settings(), record: await readRecord(board) };
    const reason = new Error('enough');
    for (const rounds of [0, 3, 5]) {
      const stop = new AbortController();
      let underWay: unknown;
      if (rounds === 0) stop.abort(reason);
      const onProgress = (done: number) => {
        if (done < rounds) return;
        underWay ??= readRecord(board);
        stop.abort(reason);
      };
      // Of eight rounds, the fifth is on the second core: the first is set by then.
      const work = calibrate(board, { maxRounds: 4, signal: stop.signal, onProgress });
      t.is(await t.throwsAsync(work), reason);
      if (rounds > 0) t.like(await underWay, { calibration: undefined, calibrationInterrupted: true });
      t.deepEqual(
        { settings: await settings(), record: await readRecord(board) },
        before,
        `${rounds} rounds`,
      );
    }
  });

test('a board that lost its link while it was calibrated says so until it is calibrated again', async (t) => {
  const { board, emulator } = await programmedBoard(9);
  let rounds = 0;
  const onProgress = () => {
    if (++rounds === 2) void board.close();
  };
  await t.throwsAsync(calibrate(board, { maxRounds: 4, onProgress }), { name: 'LinkError' });
  const again = await openSession(emulator);
  t.like(await readRecord(again), { calibration: undefined, calibrationInterrupted: true });
  await calibrate(again, { maxRounds: 4 });
  t.is((await readRecord(again)).calibrationInterrupted, undefined);
});
