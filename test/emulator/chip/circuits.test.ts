import test from 'ava';
import { openEmulatedBoard } from '../../../boards/index.js';
import { chipOf, defaults, finish, profileWith, wholeCore, windowOf } from './helpers.js';

/** Mean and standard deviation. */
function momentsOf(values: Iterable<number>) {
  const list = [...values];
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
  return { mean, deviation: Math.sqrt(variance) };
}

test('gain and offset are spread from column to column as the profile says', (t) => {
  const columns = 2048;
  const adc = { bits: 14, fullScaleCells: 8, gainDeviation: 0.02, offsetDeviation: 40 };
  const profile = profileWith('ideal', { cores: 1, rows: 4, columns, adc });
  const { chip } = chipOf(profile, 8);
  const targets = new Uint16Array(2 * 4 * columns).fill(20_000, 0, 4 * columns);
  finish(chip.program(0, wholeCore(profile), targets, defaults));
  const codes = (input: number) =>
    chip.multiply(0, 1, wholeCore(profile), 1, new Int8Array(4).fill(input)).slice();

  const offsets = codes(0);
  const offset = momentsOf(offsets);
  t.true(Math.abs(offset.mean) < 4);
  t.true(Math.abs(offset.deviation / 40 - 1) < 0.06, `offset ${offset.deviation}`);

  const nominal = (4 * 20_000 * 127 * 2 ** 13) / (8 * profile.conductanceMax * 1000 * 127);
  const gain = momentsOf(codes(127).map((code, column) => code - offsets[column]));
  t.true(Math.abs(gain.mean / nominal - 1) < 0.002, `gain ${gain.mean / nominal}`);
  t.true(Math.abs(gain.deviation / nominal / 0.02 - 1) < 0.06, `gain ${gain.deviation / nominal}`);

  // they belong to the chip: the same at another time and after other work
  t.deepEqual(codes(0), offsets);
});

test('the converter has the bits and the range of its profile, and clips', (t) => {
  const adc = { bits: 6, fullScaleCells: 2, gainDeviation: 0, offsetDeviation: 0 };
  const profile = profileWith('ideal', { rows: 4, columns: 2, adc });
  const { chip } = chipOf(profile);
  const full = profile.conductanceMax * 1000;
  finish(chip.program(0, windowOf(0, 4, 0, 1), new Uint16Array(8).fill(full, 0, 4), defaults));
  const code = (...inputs: number[]) => chip.multiply(0, 1, wholeCore(profile), 1, Int8Array.from(inputs))[0];
  // full scale, two cells at full input, is 32 codes
  t.is(code(127, 0, 0, 0), 16);
  t.is(code(-127, 0, 0, 0), -16);
  t.is(code(127, 119, 0, 0), 31);
  t.is(code(127, 127, 127, 127), 31);
  t.is(code(-127, -127, -127, -127), -32);
  // half a code rounds to even
  t.is(code(4, 0, 0, 0), 1);
  t.is(code(3, 0, 0, 0), 0);
});

test('inputs of fewer bits: the board takes codes up to their maximum, and refuses more', async (t) => {
  const profile = profileWith('ideal', { inputBits: 4 });
  await using board = await openEmulatedBoard({ profile, seed: 1 });
  t.is(board.information.inputBits, 4);
  const window = windowOf(0, 2, 0, 1);
  t.is((await board.multiply(0, 1, window, Int8Array.of(7, -7))).length, 1);
  for (const code of [8, -8])
    await t.throwsAsync(board.multiply(0, 1, window, Int8Array.of(0, code)), {
      message: new RegExp(`${code} at position 1, codes go from -7 to 7`),
    });
});
