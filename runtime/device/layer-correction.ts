import type { Placement } from '../mapping/placement.js';

/**
 * Correction of the codes of one placed layer before its parts are added: scale x code + offset. A
 * compensation of drift acts on every multiplication this way.
 */
export interface LayerCorrection {
  /** [parts, outputs]. */
  scale: Float64Array;
  /** [parts, outputs], in codes. */
  offset: Float64Array;
}

/**
 * A correction for each placement of a plan, in its order; undefined leaves the codes of a layer as they are.
 */
export type Corrections = readonly (LayerCorrection | undefined)[];

/** Parts that the inputs of a layer are cut into. */
export const partsOf = ({ tiles }: Placement): number => tiles.reduce((sum, { cores }) => sum + cores, 0);

/** The correction that changes nothing. */
export function identityCorrection(placement: Placement): LayerCorrection {
  const columns = partsOf(placement) * placement.outputs;
  return { scale: new Float64Array(columns).fill(1), offset: new Float64Array(columns) };
}
