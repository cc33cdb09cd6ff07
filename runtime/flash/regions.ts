import type { Window } from '../../drivers/index.js';
import type { Model } from '../../network/index.js';
import type { Plan, Tile } from '../mapping/placement.js';
import { outputsOf } from '../mapping/spare-columns.js';
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
  /** Columns of the window, counted from its first, that are passed over: they hold no weights. None by default. */
  passedOver?: ReadonlySet<number>;
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
        passedOver: passedOver(tile),
        targets: tileTargets(placement, tile, offset, matrix, conductanceMax),
      })),
    );
  });
}

/** Columns of a tile's window that hold no weights, counted from its first. */
function passedOver(tile: Tile): ReadonlySet<number> {
  const outputs = outputsOf(tile);
  return new Set([...outputs.keys()].filter((column) => outputs[column] < 0));
}
