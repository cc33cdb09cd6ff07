import type { Window } from '../operations.js';

/** One input vector within an array of them. */
export interface InputVector {
  readonly inputs: Int8Array;
  /** Index of its first code. */
  readonly start: number;
}

/** Matrix entries by row and column, and the elements of a row. */
export interface Matrix {
  readonly entries: Int16Array;
  readonly stride: number;
}

/**
 * Sums, for each column of a window, input code (its square where `squared`) times matrix entry over the
 * rows: exact integers of 32 bits.
 */
export function sumColumns(
  { entries, stride }: Matrix,
  window: Window,
  { inputs, start }: InputVector,
  sums: Int32Array,
  squared: boolean,
): void {
  const { rowStart, rows, columnStart, columns } = window;
  sums.fill(0, 0, columns);
  for (let row = 0; row < rows; row += 4) {
    const code = (i: number) => {
      const x = row + i < rows ? inputs[start + row + i] : 0;
      return squared ? x * x : x;
    };
    const x0 = code(0);
    const x1 = code(1);
    const x2 = code(2);
    const x3 = code(3);
    if ((x0 | x1 | x2 | x3) === 0) continue;
    // rows past the window have input 0: any entry will do
    const at = (rowStart + row) * stride + columnStart;
    const at1 = x1 === 0 ? at : at + stride;
    const at2 = x2 === 0 ? at : at + 2 * stride;
    const at3 = x3 === 0 ? at : at + 3 * stride;
    for (let column = 0; column < columns; column++)
      sums[column] =
        (sums[column] +
          Math.imul(x0, entries[at + column]) +
          Math.imul(x1, entries[at1 + column]) +
          Math.imul(x2, entries[at2 + column]) +
          Math.imul(x3, entries[at3 + column])) |
        0;
  }
}
