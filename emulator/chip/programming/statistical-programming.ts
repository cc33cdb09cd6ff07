import { DeviceFault } from '../../../protocol/index.js';
import { normalOfWord } from '../../numerics/normal.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { CoreState } from '../core/core-state.js';
import { Purpose, type Draws } from '../devices/draws.js';
import type { ChipModel } from '../model.js';
import type { Temperature } from '../devices/temperature.js';

/** Pairs with the targets of their two polarities in nS. */
export interface PairTargets {
  readonly pairs: Uint32Array;
  readonly plus: Uint16Array;
  readonly minus: Uint16Array;
}

/**
 * Programs the pairs numbered [from, to) of the list to the published outcome of program-and-verify at a time of the
 * clock that devices age on: a polarity, all its devices together, gets its target plus a normal deviation, at least 0, and one
 * drift exponent |N(mean, deviation)|, both by the curves at the target. The devices share the conductance evenly.
 * One draw of four words a pair: conductance plus and minus, exponent plus and minus.
 */
export function programStatistically(
  model: ChipModel,
  state: CoreState,
  draws: Draws,
  temperature: Temperature,
  { pairs, plus, minus }: PairTargets,
  from: number,
  to: number,
  now: number,
): void {
  const { programmingDeviation, exponentMean, exponentDeviation } = model;
  for (let i = from; i < to; i++) {
    const pair = pairs[i];
    const words = draws.draw(Purpose.program, pair, state.writes[pair]++);
    for (let polarity = 0; polarity < 2; polarity++) {
      const target = Math.min(polarity === 0 ? plus[i] : minus[i], CONDUCTANCE_LIMIT);
      const programmed = target + programmingDeviation[target] * normalOfWord(words[polarity]);
      const conductance = Math.min(Math.max(Math.floor(programmed + 0.5), 0), CONDUCTANCE_LIMIT);
      const exponent = Math.abs(
        exponentMean[target] + exponentDeviation[target] * normalOfWord(words[2 + polarity]),
      );
      share(model, state, temperature, polarity, pair, conductance, quantiseExponent(exponent), now);
    }
  }
}

/** Drift exponent in 1 / 65536, at most 65535. */
export function quantiseExponent(exponent: number): number {
  return Math.min(Math.floor(exponent * 65536 + 0.5), 65535);
}

/** Spreads a conductance at the present temperature over the devices of a polarity, the first ones taking the remainder. */
function share(
  { pairs, devicesPerPolarity }: ChipModel,
  state: CoreState,
  temperature: Temperature,
  polarity: number,
  pair: number,
  conductance: number,
  exponent: number,
  now: number,
): void {
  for (let device = 0; device < devicesPerPolarity; device++) {
    const i = (polarity * devicesPerPolarity + device) * pairs + pair;
    if (state.fault[i] !== DeviceFault.none) continue;
    const mine = Math.floor((conductance + devicesPerPolarity - 1 - device) / devicesPerPolarity);
    state.conductance[i] = Math.floor(temperature.atReference(mine) + 0.5);
    state.exponent[i] = exponent;
    state.programmedAt[i] = now;
    state.pulses[i]++;
  }
}
