import test from 'ava';
import * as refusals from '../../../emulator/firmware/refusals.js';
import { Refusal, RefusalCode } from '../../../protocol/index.js';

const chip = { cores: 2, rows: 8, columns: 6 };
const window = (rowStart: number, rows: number, columnStart: number, columns: number) => ({
  ...{ rowStart, rows, columnStart, columns },
});
const { outOfRange, tooLarge } = RefusalCode;

/** A check that refuses: the field at fault, and a part of the sentence. */
const refused: [() => void, string, RegExp, RefusalCode?][] = [
  [() => refusals.checkIndex('core', 2, 2), 'core', /core is 2, it must be below 2/],
  [() => refusals.checkSpan('offset', 0, 'length', 0, 9), 'length', /ask for at least one/],
  [() => refusals.checkSpan('offset', 9, 'length', 1, 9), 'offset', /ends at 10, there are 9/],
  [() => refusals.checkSpan('offset', 8, 'length', 2, 9), 'length', /ends at 10, there are 9/],
  [() => refusals.checkWindow(window(1, 8, 0, 6), chip), 'rows', /rowStart 1 with 8 rows/],
  [() => refusals.checkWindow(window(0, 8, 6, 1), chip), 'columnStart', /columnStart 6 with 1 columns/],
  [() => refusals.checkIndices('rows', [8], 8), 'rows', /8 at position 0, it must be from 0 to 7/],
  [() => refusals.checkTargets(Uint16Array.of(9, 10), 9), 'targets', /10 nS.*at most 9 nS/],
  [
    () => refusals.checkDistinct(Uint16Array.of(1, 2, 1), Uint16Array.of(5, 5, 5), chip),
    'rows',
    /row 1, column 5/,
  ],
  [() => refusals.checkInputs(Int8Array.of(8), 4), 'inputs', /8 at position 0.*from -7 to 7/],
  [() => refusals.checkRange('celsius', 126, -40, 125), 'celsius', /from -40 to 125/],
  [() => refusals.checkAnswer('batch', 11, 10), 'batch', /11 bytes, at most 10/, tooLarge],
];

test('a refusal names the field at fault and the bounds', (t) => {
  for (const [check, field, sentence, code = outOfRange] of refused) {
    const refusal = t.throws(check, { instanceOf: Refusal, message: sentence })!;
    t.deepEqual([refusal.field, refusal.code], [field, code]);
  }
});

test('values at their bounds are accepted', (t) => {
  t.notThrows(() => {
    refusals.checkIndex('core', 1, 2);
    refusals.checkSpan('offset', 8, 'length', 1, 9);
    refusals.checkWindow(window(7, 1, 0, 6), chip);
    refusals.checkIndices('rows', [0, 7], 8);
    refusals.checkTargets(Uint16Array.of(9), 9);
    refusals.checkDistinct(Uint16Array.of(1, 1), Uint16Array.of(5, 4), chip);
    refusals.checkInputs(Int8Array.of(-127, 127), 8);
    refusals.checkInputs(Int8Array.of(-7, 7), 4);
    refusals.checkRange('celsius', 125, -40, 125);
    refusals.checkAnswer('batch', 10, 10);
  });
});
