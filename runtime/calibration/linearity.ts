import type { CoreMeasurement } from './core-measurement.js';
import { Random } from '../../network/index.js';

/** Mean answer of the columns of a core in one bin of the predicted code. */
export interface LinearityBin {
  /** Codes that a perfect converter would give, mean over the bin. */
  expected: number;
  /** Codes that the board gave, mean over the bin. */
  measured: number;
  samples: number;
}

const BINS = 40;
const VECTORS = 128;

/**
 * Drives a core from weak to strong, beyond the converter's full scale where its conductances suffice, and compares the codes
 * with what the conductances read and the estimated gains and offsets predict: bins from -1.25 to 1.25 of full scale.
 * The digital unit must hold `remaining` gains and offsets.
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

/** Vectors of random signs whose amplitude rises to the greatest code. */
function sweep(rows: number, greatest: number, random: Random): Int8Array {
  return Int8Array.from({ length: VECTORS * rows }, (_, index) => {
    const amplitude = Math.ceil((greatest * (Math.floor(index / rows) + 1)) / VECTORS);
    return random.below(2) === 0 ? amplitude : -amplitude;
  });
}

/** Greatest deviation from a straight line below 90 % of full scale, in codes. */
export const nonlinearityOf = (curve: readonly LinearityBin[], adcBits: number): number =>
  curve
    .filter(({ expected }) => Math.abs(expected) < 0.9 * 2 ** (adcBits - 1))
    .reduce((most, { expected, measured }) => Math.max(most, Math.abs(measured - expected)), 0);
