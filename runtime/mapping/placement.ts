import type { Information, Window } from '../../drivers/index.js';
import type { LayerShape } from '../../network/index.js';

/** Columns of one core that hold no weights because a flash found them faulty, in ascending order. */
export interface SparedColumns {
  core: number;
  columns: number[];
}

/** The properties of a board that a plan depends on. */
export interface ChipGeometry extends Pick<
  Information,
  'cores' | 'rows' | 'columns' | 'inputBits' | 'conductanceMax' | 'adcBits' | 'adcStep'
> {
  /** Columns that hold no weights because a flash found them faulty; none by default. */
  spared?: readonly SparedColumns[];
}

/**
 * Consecutive parts of a layer: the same window on `cores` consecutive cores, which are driven at once. Core
 * `core + i` holds part `firstPart + i`.
 */
export interface Tile {
  core: number;
  cores: number;
  /** Its columns are those of the outputs, and those that are passed over between them. */
  window: Window;
  /** [outputs] place of each output's column in the window; missing if no column is passed over. */
  offsets?: number[];
  firstPart: number;
}

/**
 * Place of one layer. Its matrix [inputs, outputs] is cut into parts, each of which fits the rows of a core.
 */
export interface Placement {
  shape: LayerShape;
  /** Inputs of the whole layer. */
  inputs: number;
  /** Columns; for a head without stored weights, all that are left. */
  outputs: number;
  /** Inputs of one part; the last part may have fewer. */
  partInputs: number;
  /**
   * How often the rows of a small layer are repeated, to use the converter's range and average over devices.
   */
  repeats: number;
  /**
   * Fraction of the full input code that drives the layer, so that repeated rows do not overdrive the
   * converter.
   */
  amplitude: number;
  tiles: Tile[];
}

/** Place of every layer of a model on a chip, and how full the chip is. */
export interface Plan {
  chip: ChipGeometry;
  placements: Placement[];
  /** Unit cells in use. */
  cells: number;
}
