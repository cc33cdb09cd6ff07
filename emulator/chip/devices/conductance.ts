import type { CoreParts } from '../core/core-parts.js';
import { EXPONENT_UNITS } from './drift.js';

/**
 * The conductance of polarities at a time: drift and temperature of their devices summed up, and the read
 * noise.
 */
export class PolarityReader {
  /** Conductance in nS with the slow part of the read noise; it may be negative. */
  slow = 0;
  /** Standard deviation of one octave of the fast read noise, nS. */
  deviation = 0;
  readonly #core: CoreParts;
  readonly #at = { polarity: 0, pair: 0, cell: 0, age: 0, programmed: 0, drifted: 0 };

  constructor(core: CoreParts) {
    this.#core = core;
  }

  /**
   * Reads one polarity of a pair at a time of the clock that devices age on (s), with the slow noise of
   * `cell`.
   */
  read(polarity: number, pair: number, time: number, cell: number): void {
    const { model, state, noise, temperature } = this.#core;
    const { pairs, devicesPerPolarity } = model;
    const { conductance, exponent, programmedAt } = state;
    let programmed = 0;
    let latest = -Infinity;
    let drifted = 0;
    for (let device = 0; device < devicesPerPolarity; device++) {
      const i = (polarity * devicesPerPolarity + device) * pairs + pair;
      if (conductance[i] === 0) continue;
      programmed += conductance[i];
      if (programmedAt[i] > latest) latest = programmedAt[i];
      const aged = noise.drift(conductance[i], exponent[i] / EXPONENT_UNITS, time - programmedAt[i]);
      drifted += temperature.present(aged);
    }
    this.slow = drifted;
    this.deviation = 0;
    if (drifted === 0) return;
    const at = this.#at;
    at.polarity = polarity;
    at.pair = pair;
    at.cell = cell;
    at.age = time - latest;
    at.programmed = programmed;
    at.drifted = drifted;
    ({ slow: this.slow, deviation: this.deviation } = noise.read(at));
  }
}
