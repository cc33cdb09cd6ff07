import type { Board } from '../../drivers/index.js';
import { type LayerCorrection, partsOf } from '../device/layer-correction.js';
import type { Placement } from '../mapping/placement.js';
import { type CompensatedLayer, measureLayers } from './layers.js';
import { type LayerCodes, idealCodes } from './probes/codes.js';
import type { Probes } from './probes/probes.js';

/**
 * Error of the corrected multiplications: root mean square of the difference between the board's answers and
 * those of a perfect chip, as a fraction of the standard deviation of the latter; root mean square over the
 * layers. `probes` should not be those that the corrections come from. Errors: the board's `Refusal`,
 * `LinkError`.
 */
export async function multiplicationError(
  board: Board,
  layers: readonly CompensatedLayer[],
  corrections: readonly (LayerCorrection | undefined)[],
  probes: readonly Probes[],
): Promise<number> {
  const measured = await measureLayers(board, layers, probes);
  const squares = layers.map(({ placement, matrix }, index) => {
    const ideal = idealCodes(placement, matrix, board.information, probes[index]);
    return relativeSquare(placement, ideal, measured[index], corrections[index]);
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Mean square error over mean variance of one layer's sums over its parts. */
function relativeSquare(
  placement: Placement,
  ideal: LayerCodes,
  measured: LayerCodes,
  correction: LayerCorrection | undefined,
): number {
  const { outputs } = placement;
  const parts = partsOf(placement);
  const count = ideal.length / (parts * outputs);
  let errors = 0;
  let variances = 0;
  for (let output = 0; output < outputs; output++) {
    let total = 0;
    let squares = 0;
    for (let vector = 0; vector < count; vector++) {
      let expected = 0;
      let present = 0;
      for (let part = 0; part < parts; part++) {
        const column = part * outputs + output;
        const code = measured[column * count + vector];
        expected += ideal[column * count + vector];
        present += correction ? code * correction.scale[column] + correction.offset[column] : code;
      }
      errors += (present - expected) ** 2 / count;
      total += expected;
      squares += expected * expected;
    }
    variances += squares / count - (total / count) ** 2;
  }
  return errors / variances;
}
