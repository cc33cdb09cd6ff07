import type { Arithmetic } from '../arithmetic.js';
import type { Core } from '../core/core.js';
import type { PairTargets, ProgramReport, Steps, VerifyOptions } from '../operations.js';
import type { Pulser } from './pulse-programming.js';
import { Tally } from './tally.js';

/** Pairs that are programmed between two reports of progress. */
export const pairsPerStep = { statistical: 8192, pulses: 1024 };

/** The core to program, and the two ways to do it. */
export interface Programmer {
  readonly core: Core;
  readonly arithmetic: Arithmetic;
  readonly pulser: Pulser;
}

/**
 * Programs a list of pairs of one core in steps, at one reading of the clock. Between two steps the work can
 * be abandoned: the pairs done keep what they were given. `now` is on the clock that devices age on.
 */
export function* programPairs(
  { core, arithmetic, pulser }: Programmer,
  targets: PairTargets,
  { tolerance, maxIterations }: VerifyOptions,
  now: number,
): Steps<ProgramReport> {
  const { programming, pulses } = core.model.profile;
  const statistical = programming.mode === 'statistical';
  const tally = new Tally(tolerance || (statistical ? programming : pulses).tolerance * 1000);
  const { setPulses, resetPulses } = core.counters;
  const total = targets.pairs.length;
  for (let done = 0; done < total;) {
    const end = Math.min(done + pairsPerStep[programming.mode], total);
    if (statistical) arithmetic.program(core.index, targets, done, end, now);
    for (let i = done; i < end; i++) {
      const pair = targets.pairs[i];
      const plusTarget = targets.plus[i];
      const minusTarget = targets.minus[i];
      if (statistical) {
        // its verify is part of the published outcome, so it has no read noise
        const plus = polarityConductance(core, 0, pair);
        const minus = polarityConductance(core, 1, pair);
        tally.add(plus - plusTarget, minus - minusTarget, 1);
      } else {
        const limit = maxIterations || pulses.maxIterations;
        const aims = [plusTarget, minusTarget] as const;
        const { plus, minus, iterations } = pulser.programPair(pair, aims, tally.tolerance, limit, now);
        tally.add(plus - plusTarget, minus - minusTarget, iterations);
      }
    }
    core.counters.programmedPairs += end - done;
    done = end;
    yield { done, total };
  }
  return tally.report(core.counters.setPulses - setPulses, core.counters.resetPulses - resetPulses);
}

/** Conductance of a polarity as programmed, at the present temperature, nS. */
function polarityConductance({ model, state, temperature }: Core, polarity: number, pair: number): number {
  const { pairs, devicesPerPolarity } = model;
  let conductance = 0;
  let device = polarity * devicesPerPolarity * pairs + pair;
  for (let left = devicesPerPolarity; left > 0; left--, device += pairs)
    conductance += temperature.present(state.conductance[device]);
  return conductance;
}
