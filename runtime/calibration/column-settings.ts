import type { ColumnAffine } from '../../drivers/index.js';
import type { ColumnEstimate } from './column-estimate.js';

const clampToInt16 = (value: number) => Math.max(-32768, Math.min(32767, value));

/** A gain with a larger relative standard error counts as not measured. */
const MAX_UNCERTAINTY = 0.02;

/** Whether the gain of a column is known: it needs enough conductance for that. */
export const isMeasured = ({ gain, gainError }: ColumnEstimate): boolean =>
  gain > 0 && gainError <= MAX_UNCERTAINTY * gain;

/**
 * Scale and offset of the digital unit that undo the gains and offsets of columns. A column that is not
 * measured keeps its setting, and so does one whose setting is within rounding and `tolerance` standard
 * errors of the best.
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
