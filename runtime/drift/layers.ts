import type { Board } from '../../drivers/index.js';
import type { LevelMatrix, Model } from '../../network/index.js';
import { partsOf } from '../device/layer-correction.js';
import { layerLevels } from '../mapping/layer-levels.js';
import type { Placement, Plan } from '../mapping/placement.js';
import { type LayerCodes, measureCodes } from './probes/codes.js';
import type { Probes } from './probes/probes.js';

/** A layer whose drift is to be compensated. */
export interface CompensatedLayer {
  placement: Placement;
  /** The levels that it should hold. */
  matrix: LevelMatrix;
}

/** The layers below the head of a flashed model. */
export const bodyLayers = (model: Model, { placements }: Plan): CompensatedLayer[] =>
  placements.slice(0, -1).map((placement) => ({ placement, matrix: layerLevels(model, placement) }));

/** Multiplies the probes of each layer on the board. Errors: the board's `Refusal`, `LinkError`. */
export async function measureLayers(
  board: Board,
  layers: readonly CompensatedLayer[],
  probes: readonly Probes[],
): Promise<LayerCodes[]> {
  const codes: LayerCodes[] = [];
  for (const [index, { placement }] of layers.entries())
    codes.push(await measureCodes(board, placement, probes[index]));
  return codes;
}

/** Vectors that the board multiplies for such probes, counted per core. */
export const vectorsSpent = (layers: readonly CompensatedLayer[], probes: readonly Probes[]): number =>
  layers.reduce(
    (sum, { placement }, index) => sum + (probes[index].length / placement.inputs) * partsOf(placement),
    0,
  );
