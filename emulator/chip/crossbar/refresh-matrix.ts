import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { CoreParts } from '../core/core-parts.js';
import { PolarityReader } from '../devices/conductance.js';

/** Computes the entries of these pairs of a core's effective matrix, or of all, for a cell of the clock. */
export function refreshMatrix(core: CoreParts, cell: number, pairs?: ArrayLike<number>): void {
  const { model, temperature, matrix } = core;
  const { columns, rows, wireResistance } = model.profile;
  const polarity = new PolarityReader(core);
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
