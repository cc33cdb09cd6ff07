import { normalOfWord } from '../../numerics/normal.js';
import type { CoreParts } from '../core/core-parts.js';
import { PolarityReader } from '../devices/conductance.js';
import { Purpose } from '../devices/draws.js';
import type { Window } from '../operations.js';

/**
 * Reads the conductances of a window, nS, [2, rows, columns], at a time of the board's clock: drift at that
 * time, the slow noise of its cell of the clock, and fast noise that is drawn again at each read command of
 * the core, of which this is number `count`.
 */
export function readConductances(
  core: CoreParts,
  { rowStart, rows, columnStart, columns }: Window,
  time: number,
  count: number,
): Uint16Array {
  const { model, temperature, draws } = core;
  const conductances = new Uint16Array(2 * rows * columns);
  const reader = new PolarityReader(core);
  const aged = temperature.agedAt(time);
  const cell = Math.floor(time / model.slowPeriod);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const pair = (rowStart + row) * model.profile.columns + columnStart + column;
      const words = draws.draw(Purpose.read, pair, count);
      const variates = [normalOfWord(words[0]), normalOfWord(words[1])];
      for (let polarity = 0; polarity < 2; polarity++) {
        reader.read(polarity, pair, aged, cell);
        const fast = reader.deviation * model.fastDeviation * variates[polarity];
        const value = Math.floor(Math.max(reader.slow + fast, 0) + 0.5);
        conductances[(polarity * rows + row) * columns + column] = Math.min(value, 65535);
      }
    }
  return conductances;
}
