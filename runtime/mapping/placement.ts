import type { Information, Window } from '../../drivers/index.js';
import type { LayerShape } from '../../network/index.js';

/** What a plan needs to know of a board. */
export type ChipGeometry = Pick<
  Information,
  'cores' | 'rows' | 'columns' | 'inputBits' | 'conductanceMax' | 'adcBits' | 'adcStep'
>;

/**
 * Where a run of parts of a layer sits: the same window on `cores` consecutive cores, which are driven at once. The core
 * `core + i` holds part `firstPart + i`.
 */
export interface Tile {
  core: number;
  cores: number;
  window: Window;
  firstPart: number;
}

/** Where one layer sits. Its matrix has `inputs` rows, cut into parts of `partInputs`. */
export interface Placement {
  shape: LayerShape;
  inputs: number;
  /** Columns; for a head without stored weights, as many as are left. */
  outputs: number;
  partInputs: number;
  /** How often the rows of a small layer are repeated, to use the converter's range and to average over devices. */
  repeats: number;
  /** Share of the full input code that the layer is driven with, so that repeated rows do not overdrive the converter. */
  amplitude: number;
  tiles: Tile[];
}

/** Where every layer of a model sits on a chip, and how full the chip is. */
export interface Plan {
  chip: ChipGeometry;
  placements: Placement[];
  /** Unit cells in use. */
  cells: number;
}
