import { LANES, philox, spread } from './philox.as';

/** Columns that one run draws for: a draw of four words is 8 columns. */
export const GROUP = 8 * LANES;

/**
 * Stores the int16 variate of each of the columns [columnStart, columnStart + columns), both multiples of 64, for the
 * multiplication of this number: the entry of `table` at 12 bits of the column's half word.
 */
export function variates(
  table: usize,
  out: usize,
  columnStart: i32,
  columns: i32,
  number: u64,
  key0: i32,
  key1: i32,
  counter3: i32,
): void {
  for (let column = columnStart; column < columnStart + columns; column += GROUP) {
    const blocks = i32x4.add(i32x4.splat(column >> 3), i32x4(0, 1, 2, 3));
    spread(out, <i32>number);
    spread(out + 32, <i32>(number >> 32));
    v128.store(out, blocks, 64);
    v128.store(out, i32x4.add(blocks, i32x4.splat(4)), 80);
    spread(out + 96, counter3);
    philox(out, key0, key1);
    for (const end = out + 2 * GROUP; out < end; out += 8) {
      const words = load<u64>(out);
      store<i16>(out, load<i16>(table + <usize>(((<u32>words) << 1) & 0x1ffe)));
      store<i16>(out, load<i16>(table + <usize>(((<u32>words) >> 15) & 0x1ffe)), 2);
      store<i16>(out, load<i16>(table + <usize>((<u32>(words >> 31)) & 0x1ffe)), 4);
      store<i16>(out, load<i16>(table + <usize>((<u32>(words >> 47)) & 0x1ffe)), 6);
    }
  }
}
