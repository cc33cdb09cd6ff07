import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { Allocate } from '../arithmetic.js';
import type { CoreState } from '../core/core-state.js';
import { PolarityReader } from '../devices/conductance.js';
import type { ChipModel } from '../model.js';
import type { SlowNoise } from '../devices/slow-noise.js';
import type { Temperature } from '../devices/temperature.js';

/**
 * What the inputs of a core meet: for each pair, row-major, the differential conductance in nS and the variance of its
 * fast read noise in codes of 1 / varianceScale nS^2. It holds for one cell of the clock, [n, n + 1) slowPeriod, and is
 * that of the cell's beginning.
 */
export interface EffectiveMatrix {
  readonly conductance: Int16Array;
  readonly variance: Int16Array;
}

export function createMatrix({ pairs }: ChipModel, allocate: Allocate): EffectiveMatrix {
  return { conductance: allocate(Int16Array, pairs), variance: allocate(Int16Array, pairs) };
}

/** Computes the entries of these pairs, or of all, for a cell of the clock. */
export function refreshMatrix(
  model: ChipModel,
  state: CoreState,
  noise: SlowNoise,
  temperature: Temperature,
  matrix: EffectiveMatrix,
  cell: number,
  pairs?: ArrayLike<number>,
): void {
  const { columns, rows, wireResistance } = model.profile;
  const polarity = new PolarityReader(model, state, noise, temperature);
  const time = temperature.agedAt(cell * model.slowPeriod);
  const count = pairs ? pairs.length : model.pairs;
  for (let i = 0; i < count; i++) {
    const pair = pairs ? pairs[i] : i;
    const resistance = wireResistance === 0 ? 0 : wireResistance * (rows - Math.floor(pair / columns)) * 1e-9;
    polarity.read(0, pair, time, cell);
    const plus = behindWire(polarity.slow, resistance);
    const plusDeviation = polarity.deviation;
    polarity.read(1, pair, time, cell);
    const minus = behindWire(polarity.slow, resistance);
    const squares = plusDeviation * plusDeviation + polarity.deviation * polarity.deviation;
    const difference = Math.floor(plus - minus + 0.5);
    matrix.conductance[pair] = Math.min(Math.max(difference, -CONDUCTANCE_LIMIT), CONDUCTANCE_LIMIT);
    matrix.variance[pair] = Math.min(Math.floor(squares * model.varianceScale + 0.5), model.varianceMax);
  }
}

/** Conductance in nS, at least 0, in series with a resistance in GOhm. */
function behindWire(conductance: number, resistance: number): number {
  const positive = Math.max(conductance, 0);
  return positive / (1 + positive * resistance);
}
