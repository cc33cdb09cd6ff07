import { ROUND } from '../../numerics/elementary.js';
import { normalOfWord } from '../../numerics/normal.js';
import { type Draws, Purpose } from '../devices/draws.js';
import type { Allocate } from '../memory/allocate.js';
import type { ChipModel } from '../model.js';

/** Fixed properties of the converters (ADC) of a core, per column: code = gain * sum + offset. */
export interface Converters {
  /** Codes per nS and input code. */
  readonly gain: Float64Array;
  /** Codes. */
  readonly offset: Float64Array;
}

/** The converters that a core was made with, spread from column to column. */
export function createConverters(model: ChipModel, draws: Draws, allocate: Allocate): Converters {
  const { columns, adc } = model.profile;
  const nominal = (1 << (adc.bits - 1)) / model.fullScale;
  const gain = allocate(Float64Array, columns);
  const offset = allocate(Float64Array, columns);
  for (let column = 0; column < columns; column++) {
    const words = draws.draw(Purpose.column, column, 0);
    gain[column] = nominal * (1 + adc.gainDeviation * normalOfWord(words[0]));
    offset[column] = adc.offsetDeviation * normalOfWord(words[1]);
  }
  return { gain, offset };
}

/**
 * Code of a column's sum: clamped to [-maxCode - 1, maxCode], then rounded to the nearest integer, ties to
 * even.
 */
export function convert(sum: number, gain: number, offset: number, maxCode: number): number {
  return Math.min(Math.max(sum * gain + offset, -maxCode - 1), maxCode) + ROUND - ROUND;
}
