import { walshTransform } from './walsh.js';

/** Estimated converter of one column: ADC code = gain x (sum of input code x nS) / adcStep + offset. */
export interface ColumnEstimate {
  /** Relative to the board's nominal step, 1 for a perfect converter. */
  gain: number;
  /** Standard error of the gain. */
  gainError: number;
  /** In ADC codes. */
  offset: number;
  offsetError: number;
}

/** Measurements of one column that its converter is estimated from. */
export interface ColumnMeasurement {
  /** [order] mean code of each Walsh probe. */
  codes: Float64Array;
  /** Signs and amplitude that the probes were made with. */
  signs: Int8Array;
  amplitude: number;
  /** [rows] means of two disjoint sets of reads of plus minus minus, in nS. */
  firstReads: Float64Array;
  secondReads: Float64Array;
}

/**
 * Estimates gain and offset. The transform of the codes gives the contribution of each unit cell as the
 * converter sees it; the gain is its regression on the conductances read. These are noisy, so that least
 * squares would underestimate it: each set of reads is the instrument of the other. The error of the gain is
 * that of a regression with residuals of unequal size (White 1980); that of the offset comes from the
 * coefficients that belong to no input. `adcStep` in code x nS.
 */
export function estimateColumn(measurement: ColumnMeasurement, adcStep: number): ColumnEstimate {
  const { codes, signs, amplitude, firstReads, secondReads } = measurement;
  const order = codes.length;
  const rows = signs.length;
  const spectrum = walshTransform(codes.slice());
  const scale = adcStep / (order * amplitude);
  let product = 0;
  let square = 0;
  for (let row = 0; row < rows; row++) {
    product += spectrum[row + 1] * signs[row] * scale * (firstReads[row] + secondReads[row]);
    square += 2 * firstReads[row] * secondReads[row];
  }
  const gain = product / square;
  let spread = 0;
  let power = 0;
  for (let row = 0; row < rows; row++) {
    const conductance = (firstReads[row] + secondReads[row]) / 2;
    const residual = spectrum[row + 1] * signs[row] * scale - gain * conductance;
    spread += (conductance * residual) ** 2;
    power += conductance * conductance;
  }
  let noise = 0;
  for (let spare = rows + 1; spare < order; spare++) noise += (spectrum[spare] / order) ** 2;
  return {
    gain,
    gainError: Math.sqrt((spread * rows) / (rows - 1)) / power,
    offset: spectrum[0] / order,
    offsetError: Math.sqrt(noise / (order - rows - 1)),
  };
}
