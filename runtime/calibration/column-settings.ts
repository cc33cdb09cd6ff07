import type { ColumnAffine } from '../../drivers/index.js';
import type { ColumnEstimate } from './column-estimate.js';

const clampToInt16 = (value: number) => Math.max(-32768, Math.min(32767, value));

/** A gain that is uncertain by more than this share counts as not measured. */
const MAX_UNCERTAINTY = 0.02;

/** Whether a column holds enough conductance for its gain to be known. */
export const isMeasured = ({ gain, gainError }: ColumnEstimate): boolean =>
  gain > 0 && gainError <= MAX_UNCERTAINTY * gain;

/**
 * The digital unit's scale and offset that undo the columns' gains and offsets. A column that is not measured keeps what it has,
 * and so does one whose present setting is within rounding and `tolerance` standard errors of the best.
 */
export function columnSettings(
  estimates: readonly ColumnEstimate[],
  present: ColumnAffine,
  fractionBits: number,
  tolerance: number,
): ColumnAffine {
  const scales = present.scales.slice();
  const offsets = present.offsets.slice();
  for (const [column, estimate] of estimates.entries()) {
    if (!isMeasured(estimate)) continue;
    const { gain, gainError, offset, offsetError } = estimate;
    const scale = 2 ** fractionBits / gain;
    if (Math.abs(scale - scales[column]) > 0.5 + (tolerance * gainError * scale) / gain)
      scales[column] = clampToInt16(Math.round(scale));
    const shift = -offset / gain;
    if (Math.abs(shift - offsets[column]) > 0.5 + (tolerance * offsetError) / gain)
      offsets[column] = clampToInt16(Math.round(shift));
  }
  return { scales, offsets };
}

/** Gain and offset (codes) that remain behind the digital unit; 1 and 0 are perfect. */
export function remaining(
  estimates: readonly ColumnEstimate[],
  { scales, offsets }: ColumnAffine,
  fractionBits: number,
): { gain: number; offset: number }[] {
  return estimates.map(({ gain, offset }, column) => {
    const scale = scales[column] / 2 ** fractionBits;
    return { gain: gain * scale, offset: offset * scale + offsets[column] };
  });
}
