import type { CoreMeasurement } from './core-measurement.js';
import { Random } from '../../network/index.js';

/** Mean code of the columns of a core in one bin of the predicted code. */
export interface LinearityBin {
  /** Codes that a perfect converter would give, mean over the bin. */
  expected: number;
  /** Codes that the board gave, mean over the bin. */
  measured: number;
  samples: number;
}

/** Bins of the predicted code. */
const BINS = 40;
/** Vectors that the core is driven with. */
const VECTORS = 128;

/**
 * Drives a core with rising amplitude, beyond the converter's full scale if its conductances allow it, and
 * compares the codes with those predicted from conductances, gains and offsets: bins from -1.25 to 1.25 of
 * full scale. `remaining`: gains and offsets (codes) behind the digital unit. Errors: the board's `Refusal`,
 * `LinkError`.
 */
export async function measureLinearity(
  measurement: CoreMeasurement,
  remaining: readonly { gain: number; offset: number }[],
  { adcStep, adcBits, inputBits }: { adcStep: number; adcBits: number; inputBits: number },
  seed: number,
): Promise<LinearityBin[]> {
  const { rows, columns } = measurement.window;
  const probes = sweep(rows, 2 ** (inputBits - 1) - 1, new Random(seed, measurement.core));
  const codes = await measurement.probe(probes);
  const conductances = measurement.conductances();
  const span = 1.25 * 2 ** (adcBits - 1);
  const sums = Array.from({ length: BINS }, () => ({ expected: 0, measured: 0, samples: 0 }));
  for (let vector = 0; vector < VECTORS; vector++) {
    const currents = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      const code = probes[vector * rows + row];
      for (let column = 0; column < columns; column++)
        currents[column] += code * conductances[row * columns + column];
    }
    for (let column = 0; column < columns; column++) {
      const { gain, offset } = remaining[column];
      const expected = (currents[column] * gain) / adcStep + offset;
      const bin = Math.floor(((expected + span) / (2 * span)) * BINS);
      if (!(bin >= 0 && bin < BINS)) continue;
      sums[bin].expected += expected;
      sums[bin].measured += codes[vector * columns + column];
      sums[bin].samples++;
    }
  }
  return sums
    .filter(({ samples }) => samples >= 8)
    .map(({ expected, measured, samples }) => ({
      expected: expected / samples,
      measured: measured / samples,
      samples,
    }));
}

/** Vectors of random signs whose amplitude rises to the maximum code. */
function sweep(rows: number, maxCode: number, random: Random): Int8Array {
  return Int8Array.from({ length: VECTORS * rows }, (_, index) => {
    const amplitude = Math.ceil((maxCode * (Math.floor(index / rows) + 1)) / VECTORS);
    return random.below(2) === 0 ? amplitude : -amplitude;
  });
}

/** Maximum deviation from a straight line below 90 % of full scale, in codes. */
export const nonlinearityOf = (curve: readonly LinearityBin[], adcBits: number): number =>
  curve
    .filter(({ expected }) => Math.abs(expected) < 0.9 * 2 ** (adcBits - 1))
    .reduce((highest, { expected, measured }) => Math.max(highest, Math.abs(measured - expected)), 0);
