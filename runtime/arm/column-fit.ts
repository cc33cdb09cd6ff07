import { Random } from '../../network/index.js';

/** Multiplications of zeros that offsets are measured with. */
const OFFSET_READS = 16;
/** Multiplications of random inputs that gains are measured with. */
const GAIN_READS = 64;
/** Maximum of their input codes: small enough for the converters' range. */
const MAX_INPUT = 60;

/**
 * How codes follow from levels, one value for each column of each copy: code = offset + gain * sum of input
 * code x level.
 */
export interface ColumnFit {
  offsets: Float64Array;
  gains: Float64Array;
}

/** Output codes [count, copies, columns] for input codes [count, rows], the same for all copies. */
export type MultiplyCopies = (inputs: Int8Array, count: number) => Promise<Int16Array>;

/**
 * Measures columns whose levels [rows, columns] are known: offsets without input, then gains by least squares
 * over random inputs. A gain includes that of the converter and the drift of the column's devices.
 */
export async function fitColumns(
  multiply: MultiplyCopies,
  levels: Int8Array,
  columns: number,
): Promise<ColumnFit> {
  const rows = levels.length / columns;
  const silent = await multiply(new Int8Array(OFFSET_READS * rows), OFFSET_READS);
  const size = silent.length / OFFSET_READS;
  const offsets = new Float64Array(size);
  silent.forEach((code, at) => (offsets[at % size] += code / OFFSET_READS));
  const random = new Random(0);
  const inputs = Int8Array.from(
    { length: GAIN_READS * rows },
    () => random.below(2 * MAX_INPUT + 1) - MAX_INPUT,
  );
  const codes = await multiply(inputs, GAIN_READS);
  const byCodes = new Float64Array(size);
  const bySums = new Float64Array(columns);
  for (let read = 0, at = 0; read < GAIN_READS; read++) {
    const sums = weightedSums(inputs.subarray(read * rows, (read + 1) * rows), levels, columns);
    for (let j = 0; j < columns; j++) bySums[j] += sums[j] * sums[j];
    for (let i = 0; i < size; i++, at++) byCodes[i] += (codes[at] - offsets[i]) * sums[i % columns];
  }
  return { offsets, gains: byCodes.map((sum, i) => gainOf(sum, bySums[i % columns])) };
}

function weightedSums(inputs: Int8Array, levels: Int8Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < inputs.length; row++)
    for (let j = 0; j < columns; j++) sums[j] += inputs[row] * levels[row * columns + j];
  return sums;
}

/**
 * A column without weights, or a dead one, has no measurable gain: infinity makes its codes count for
 * nothing.
 */
const gainOf = (byCodes: number, bySums: number): number =>
  bySums > 0 && byCodes > 0 ? byCodes / bySums : Infinity;
