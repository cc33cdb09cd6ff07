import { type LevelMatrix, targetPair } from '../../network/index.js';
import type { Placement, Tile } from './placement.js';
import { outputsOf } from './spare-columns.js';

/**
 * Target conductances [2, rows, columns] in nS for core `tile.core + offset`, plus, then minus. Rows of the
 * window beyond the last input, and columns that are passed over, hold 0. `conductanceMax` in nS.
 */
export function tileTargets(
  placement: Placement,
  tile: Tile,
  offset: number,
  matrix: LevelMatrix,
  conductanceMax: number,
): Uint16Array {
  const { rows, columns } = tile.window;
  const plane = rows * columns;
  const targets = new Uint16Array(2 * plane);
  const outputs = outputsOf(tile);
  for (let row = 0; row < rows; row++) {
    const input = inputOfRow(placement, tile, offset, row);
    if (input === undefined) continue;
    for (let column = 0; column < columns; column++) {
      if (outputs[column] < 0) continue;
      const level = matrix.levels[outputs[column] * matrix.inputs + input];
      const [plus, minus] = targetPair(level, conductanceMax);
      targets[row * columns + column] = plus;
      targets[plane + row * columns + column] = minus;
    }
  }
  return targets;
}

/**
 * The input that a row of a tile's window belongs to on core `tile.core + offset`; undefined beyond the last
 * input.
 */
export function inputOfRow(
  placement: Placement,
  tile: Tile,
  offset: number,
  row: number,
): number | undefined {
  const { partInputs, inputs } = placement;
  const input = (tile.firstPart + offset) * partInputs + (row % partInputs);
  return input < inputs ? input : undefined;
}
