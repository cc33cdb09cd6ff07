import type { Allocate } from '../memory/allocate.js';
import type { ChipModel } from '../model.js';

/**
 * The matrix that inputs of a core are multiplied with: for each pair, row-major, the differential
 * conductance in nS and the variance of its fast read noise in codes of 1 / varianceScale nS^2. It holds for
 * one cell of the clock, [n, n + 1) slowPeriod, and is that of the cell's beginning.
 */
export interface EffectiveMatrix {
  readonly conductance: Int16Array;
  readonly variance: Int16Array;
}

export function createMatrix({ pairs }: ChipModel, allocate: Allocate): EffectiveMatrix {
  return { conductance: allocate(Int16Array, pairs), variance: allocate(Int16Array, pairs) };
}
