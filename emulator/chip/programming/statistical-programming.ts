import { DeviceFault } from '../../../protocol/index.js';
import { normalOfWord } from '../../numerics/normal.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { CoreParts } from '../core/core-parts.js';
import { quantiseExponent } from '../devices/drift.js';
import { Purpose } from '../devices/draws.js';
import type { PairTargets } from '../operations.js';

/**
 * Programs the pairs numbered [from, to) of the list to the published outcome of program-and-verify at a time
 * of the clock that devices age on: a polarity, all its devices together, gets its target plus a normal
 * deviation, at least 0, and one drift exponent |N(mean, deviation)|, both by the curves at the target. The
 * devices share the conductance evenly. One draw of four words per pair: conductance plus and minus, exponent
 * plus and minus.
 */
export function programStatistically(
  core: CoreParts,
  { pairs, plus, minus }: PairTargets,
  from: number,
  to: number,
  now: number,
): void {
  const { model, state, draws, noise } = core;
  const variates = new Float64Array(4);
  for (let i = from; i < to; i++) {
    const pair = pairs[i];
    const words = draws.draw(Purpose.program, pair, state.writes[pair]++);
    for (let word = 0; word < 4; word++) variates[word] = normalOfWord(words[word]);
    for (let polarity = 0; polarity < 2; polarity++) {
      const target = Math.min(polarity === 0 ? plus[i] : minus[i], CONDUCTANCE_LIMIT);
      const programmed = Math.floor(noise.program(target, variates[polarity]) + 0.5);
      const conductance = Math.min(Math.max(programmed, 0), CONDUCTANCE_LIMIT);
      const exponent = quantiseExponent(noise.driftExponent(target, variates[2 + polarity]));
      share(core, polarity * model.devicesPerPolarity * model.pairs + pair, conductance, exponent, now);
    }
  }
}

/**
 * Spreads a conductance at the present temperature over the devices of a polarity, of which `first` is the
 * number of the first one. The first ones take the remainder.
 */
function share(
  { model, state, temperature }: CoreParts,
  first: number,
  conductance: number,
  exponent: number,
  now: number,
): void {
  const { pairs, devicesPerPolarity } = model;
  for (let device = 0; device < devicesPerPolarity; device++) {
    const i = first + device * pairs;
    if (state.fault[i] !== DeviceFault.none) continue;
    const mine = Math.floor((conductance + devicesPerPolarity - 1 - device) / devicesPerPolarity);
    state.conductance[i] = Math.floor(temperature.atReference(mine) + 0.5);
    state.exponent[i] = exponent;
    state.programmedAt[i] = now;
    state.pulses[i]++;
  }
}
