import type { Placement } from './placement.js';
import { offsetOf } from './spare-columns.js';

/**
 * Unit cells of one core that hold weights. All arrays are [cells], in the order in which cells are
 * programmed. A weight may have several cells: repeated rows of a layer, copies on other cores.
 */
export interface CoreCells {
  core: number;
  /** Index of the weight in its level matrix. */
  weights: Int32Array;
  rows: Uint16Array;
  columns: Uint16Array;
}

/**
 * The cells of a placed layer, one entry for each part. Weights are numbered as in `LevelMatrix`: [outputs,
 * inputs].
 */
export function placedCells({ inputs, outputs, partInputs, repeats, tiles }: Placement): CoreCells[] {
  return tiles.flatMap((tile) =>
    Array.from({ length: tile.cores }, (_, offset): CoreCells => {
      const { core, firstPart, window } = tile;
      const start = (firstPart + offset) * partInputs;
      const mine = Math.min(inputs, start + partInputs) - start;
      const size = outputs * mine * repeats;
      const cells = {
        weights: new Int32Array(size),
        rows: new Uint16Array(size),
        columns: new Uint16Array(size),
      };
      for (let output = 0, at = 0; output < outputs; output++)
        for (let input = 0; input < mine; input++)
          for (let copy = 0; copy < repeats; copy++, at++) {
            cells.weights[at] = output * inputs + start + input;
            cells.rows[at] = window.rowStart + input + copy * partInputs;
            cells.columns[at] = window.columnStart + offsetOf(tile, output);
          }
      return { core: core + offset, ...cells };
    }),
  );
}

/**
 * The cells of a matrix [rows, columns] that sits whole on each of the cores from 0 on, from their first row
 * and column. Weights are numbered row by row.
 */
export function copiedCells(
  copies: number,
  { rows, columns }: { rows: number; columns: number },
): CoreCells[] {
  const weights = Int32Array.from({ length: rows * columns }, (_, weight) => weight);
  const cells = {
    weights,
    rows: Uint16Array.from(weights, (weight) => Math.floor(weight / columns)),
    columns: Uint16Array.from(weights, (weight) => weight % columns),
  };
  return Array.from({ length: copies }, (_, core) => ({ core, ...cells }));
}
