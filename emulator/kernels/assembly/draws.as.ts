import { DeviceMemory, DRAW_COLUMNS, PURPOSE_SHIFT } from './declared.as';
import { philox, spread } from './philox.as';

/** Word 3 of Philox's counter: `counterWord` of chip/devices/draws.ts. */
export function counterWord(core: DeviceMemory, purpose: u32): u32 {
  return (purpose << PURPOSE_SHIFT) | core.index;
}

/**
 * Stores the 16 random bits of each of the columns [columnStart, columnStart + columns), both multiples of
 * 64, for the multiplication of this number.
 */
export function draw(
  out: usize,
  columnStart: i32,
  columns: i32,
  number: u64,
  keys: usize,
  counter3: i32,
): void {
  for (let column = columnStart; column < columnStart + columns; column += DRAW_COLUMNS) {
    const blocks = i32x4.add(i32x4.splat(column >> 3), i32x4(0, 1, 2, 3));
    spread(out, <i32>number);
    spread(out + 32, <i32>(number >> 32));
    v128.store(out, blocks, 64);
    v128.store(out, i32x4.add(blocks, i32x4.splat(4)), 80);
    spread(out + 96, counter3);
    philox(out, keys);
    out += 2 * DRAW_COLUMNS;
  }
}
