/**
 * Widens `vectors` int8 input rows to int16 rows that start at an even crossbar row, `odd` zero before them
 * and zeros behind, and stores their squares (at most 16,384) where `squares` is not 0. A row's stores run
 * over its end by up to 15 values, which the next row, written later, puts right.
 */
export function widen(
  inputs: usize,
  inputStride: usize,
  rows: usize,
  odd: usize,
  widened: usize,
  squares: usize,
  stride: usize,
  vectors: i32,
): void {
  const zero = i32x4.splat(0);
  for (let vector = 0; vector < vectors; vector++) {
    if (odd) {
      store<i16>(widened, 0);
      if (squares) store<i16>(squares, 0);
    }
    for (let row: usize = 0; row < rows; row += 8) {
      const at: usize = (odd + row) << 1;
      const x = v128.load_ext<i8>(inputs + row);
      v128.store(widened + at, x);
      if (squares) v128.store(squares + at, i16x8.mul(x, x));
    }
    v128.store(widened + 2 * (odd + rows), zero);
    if (squares) v128.store(squares + 2 * (odd + rows), zero);
    inputs += inputStride;
    widened += stride;
    if (squares) squares += stride;
  }
}
