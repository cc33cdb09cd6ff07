import test from 'ava';
import fc from 'fast-check';
import { constantsSource, layoutsSource } from '../../../emulator/declaration/assembly-source.js';
import {
  array,
  bool,
  f32,
  f64,
  i16,
  i32,
  pick,
  u16,
  u32,
  u8,
  usize,
  typeBytes,
  type FieldType,
} from '../../../emulator/declaration/fields.js';
import { layout, writeLayout } from '../../../emulator/declaration/layout.js';

const mixed = layout('Mixed', 'One field of each type.', {
  flag: bool('A flag.'),
  number: f64('A number.'),
  small: u8('A byte.'),
  short: i16('Two bytes.'),
  address: usize('An address.'),
  code: u16('Two bytes.'),
  single: f32('A number.'),
  count: u32('A count.'),
  signed: i32('An integer.'),
});

test('each field is aligned to its own width, and the size to the widest', (t) => {
  t.deepEqual(mixed.offsets, {
    ...{ flag: 0, number: 8, small: 16, short: 18, address: 20, code: 24, single: 28, count: 32, signed: 36 },
  });
  t.is(mixed.bytes, 40);
  const types = Object.keys(typeBytes) as FieldType[];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...types), fc.integer({ min: 1, max: 9 }))), (fields) => {
      const declared = fields.map(
        ([type, length], i) => [`f${i}`, array(type, length, 'An array.')] as const,
      );
      const { offsets, bytes, alignment } = layout('Any', 'Any.', Object.fromEntries(declared));
      let end = 0;
      for (const [i, [type, length]] of fields.entries()) {
        const offset = offsets[`f${i}`];
        t.is(offset % typeBytes[type], 0);
        t.true(offset >= end && offset < end + typeBytes[type]);
        end = offset + length * typeBytes[type];
      }
      t.is(bytes % alignment, 0);
      t.true(bytes >= end && bytes < end + alignment);
    }),
  );
});

const values = {
  ...{ flag: true, number: Math.PI, small: 250, short: -3, address: 0xfffffff0 },
  ...{ code: 65535, single: 0.5, count: 7, signed: -1 },
};

test('values are written by name, little-endian, and nothing else is', (t) => {
  const memory = new ArrayBuffer(64);
  new Uint8Array(memory).fill(0xee);
  writeLayout(mixed, memory, 8, values);
  const view = new DataView(memory, 8);
  t.deepEqual([view.getUint8(0), view.getFloat64(8, true), view.getUint8(16)], [1, Math.PI, 250]);
  t.deepEqual([view.getInt16(18, true), view.getUint32(20, true)], [-3, 0xfffffff0]);
  t.deepEqual([view.getUint16(24, true), view.getFloat32(28, true)], [65535, 0.5]);
  t.deepEqual([view.getUint32(32, true), view.getInt32(36, true)], [7, -1]);
  const bytes = new Uint8Array(memory);
  for (const at of [7, 9, 15, 25, 34, 35, 48]) t.is(bytes[at], 0xee);
});

test('a missing or unknown field does not compile', (t) => {
  const memory = new ArrayBuffer(64);
  const { flag, ...missing } = values;
  // @ts-expect-error: `flag` is missing
  writeLayout(mixed, memory, 0, missing);
  // @ts-expect-error: `flags` is not declared
  writeLayout(mixed, memory, 0, { ...values, flags: flag });
  const room = layout('Room', 'A number and room.', {
    number: u32('A number.'),
    room: array('f64', 2, 'Room.'),
  });
  // @ts-expect-error: an array is not written
  writeLayout(room, memory, 0, { number: 1, room: 2 });
  writeLayout(room, memory, 0, { number: 1 });
  t.deepEqual(pick(room.fields, { number: 3, other: 4 } as { number: number }), { number: 3 });
});

test('the AssemblyScript of a declaration', (t) => {
  const source = layoutsSource([
    layout('Pair', 'Two numbers.', { low: u32('Low.'), high: f64('High.') }),
    layout('WorkSpace', 'Room.', { codes: array('i16', 3, 'Codes.'), lastSum: f64('Sum.') }),
  ]);
  t.is(
    source.slice(source.indexOf('\n\n') + 2),
    `/** Two numbers. */
@unmanaged
export class Pair {
  /** Low. */
  low!: u32;
  /** High. */
  high!: f64;
}
if (offsetof<Pair>('low') != 0) ERROR('Pair.low lies elsewhere.');
if (offsetof<Pair>('high') != 8) ERROR('Pair.high lies elsewhere.');

// Room.
/** Codes. */
export const WORK_SPACE_CODES: usize = 0;
/** Sum. */
export const WORK_SPACE_LAST_SUM: usize = 8;
export const WORK_SPACE_BYTES: usize = 16;
`,
  );
  const constants = constantsSource({ i32: { COUNT: 3 }, f64: { LIMIT: 2 ** 52, SERIES: [1, 0.1] } });
  t.is(
    constants.slice(constants.indexOf('\n') + 1),
    'export const COUNT: i32 = 3;\nexport const LIMIT: f64 = 4503599627370496.0;\n' +
      'export const SERIES_0: f64 = 1.0;\nexport const SERIES_1: f64 = 0.1;\n',
  );
});
