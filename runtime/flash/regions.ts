import type { Window } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import type { Plan } from '../mapping/placement.js';
import { layerLevels } from '../mapping/layer-levels.js';
import { tileTargets } from '../mapping/targets.js';

/** A window of one core, and the targets of its cells. */
export interface Region {
  /** Name of the layer that it belongs to. */
  layer: string;
  core: number;
  window: Window;
  /** [2, rows, columns], plus then minus, in nS. */
  targets: Uint16Array;
}

/** All regions that a plan programs, in a fixed order. `conductanceMax` in nS. */
export function regionsOf(model: Model, plan: Plan, conductanceMax: number): Region[] {
  return plan.placements.flatMap((placement) => {
    const matrix = layerLevels(model, placement);
    return placement.tiles.flatMap((tile) =>
      Array.from({ length: tile.cores }, (_, offset) => ({
        layer: placement.shape.layer.name,
        core: tile.core + offset,
        window: tile.window,
        targets: tileTargets(placement, tile, offset, matrix, conductanceMax),
      })),
    );
  });
}
