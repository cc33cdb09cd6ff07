import type { ProgramReport, Steps, VerifyOptions } from '../operations.js';
import type { Arithmetic } from '../arithmetic.js';
import type { Core } from '../core/core.js';
import type { Pulser } from './pulse-programming.js';
import type { PairTargets } from './statistical-programming.js';

/** Pairs that are programmed between two reports of progress. */
const PAIRS_PER_STEP = { statistical: 8192, pulses: 1024 };

/**
 * Programs a list of pairs of one core in steps, at one reading of the clock. Between two steps the work can be
 * abandoned: the pairs done keep what they were given. `now` is on the clock that devices age on.
 */
export function* programPairs(
  core: Core,
  arithmetic: Arithmetic,
  pulser: Pulser,
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
    const end = Math.min(done + PAIRS_PER_STEP[programming.mode], total);
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

/** Sums up how the pairs ended. */
class Tally {
  #pairs = 0;
  #converged = 0;
  #iterations = 0;
  #squaredError = 0;

  /** @param tolerance greatest error of a converged polarity, nS */
  constructor(readonly tolerance: number) {}

  /** @param plusError what was reached, less its target, nS */
  add(plusError: number, minusError: number, iterations: number): void {
    this.#pairs++;
    this.#iterations += iterations;
    this.#squaredError += plusError * plusError + minusError * minusError;
    if (Math.abs(plusError) <= this.tolerance && Math.abs(minusError) <= this.tolerance) this.#converged++;
  }

  report(setPulses: number, resetPulses: number): ProgramReport {
    return {
      pairs: this.#pairs,
      converged: this.#converged,
      iterations: this.#iterations,
      setPulses,
      resetPulses,
      rmsError: this.#pairs === 0 ? 0 : Math.sqrt(this.#squaredError / (2 * this.#pairs)),
    };
  }
}
