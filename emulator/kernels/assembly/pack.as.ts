import { BLOCK } from './declared.as';

/**
 * Packs a dense int16 matrix [row][column] for `product`: in blocks of 16 columns, the two rows of a pair
 * side by side. Reads one row behind an odd number of rows and up to 15 values behind a row that does not
 * fill its last block; these are stored as zeros.
 */
export function pack(matrix: usize, columns: i32, rows: i32, packed: usize): void {
  const rowBytes = <usize>columns * 2;
  for (let column = 0; column < columns; column += BLOCK) {
    for (let row = 0; row < rows; row += 2) {
      const first = matrix + <usize>row * rowBytes + <usize>column * 2;
      const second = first + rowBytes;
      const single = row + 1 === rows;
      const left = columns - column;
      packEight(first, second, left, single, packed);
      packEight(first + 16, second + 16, left - 8, single, packed + 32);
      packed += 64;
    }
  }
}

function packEight(first: usize, second: usize, columns: i32, single: bool, packed: usize): void {
  const used = i16x8.lt_s(i16x8(0, 1, 2, 3, 4, 5, 6, 7), i16x8.splat(<i16>min(columns, 8)));
  const a = v128.and(v128.load(first), used);
  const b = single ? i16x8.splat(0) : v128.and(v128.load(second), used);
  v128.store(packed, v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(packed, v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), 16);
}
