import type { Placement } from '../mapping/placement.js';

/**
 * What the host makes of the codes of one placed layer before it adds its parts: scale x code + offset (in codes), both
 * [parts, outputs]. It is how a compensation of drift reaches every multiplication.
 */
export interface LayerCorrection {
  scale: Float64Array;
  offset: Float64Array;
}

/** A correction for each placement of a plan, in its order; undefined leaves the codes of a layer as they are. */
export type Corrections = readonly (LayerCorrection | undefined)[];

/** Parts that the inputs of a layer are cut into. */
export const partsOf = ({ tiles }: Placement): number => tiles.reduce((sum, { cores }) => sum + cores, 0);

/** The correction that changes nothing. */
export function identityCorrection(placement: Placement): LayerCorrection {
  const columns = partsOf(placement) * placement.outputs;
  return { scale: new Float64Array(columns).fill(1), offset: new Float64Array(columns) };
}
