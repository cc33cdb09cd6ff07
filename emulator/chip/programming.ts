import type { ProgramReport, Steps, VerifyOptions } from '../firmware/crossbar-chip.js';
import type { Arithmetic } from './arithmetic.js';
import type { Core } from './core.js';
import type { Pulser, VerifiedPair } from './pulse-programming.js';
import type { PairTargets } from './statistical-programming.js';

/** Pairs that are programmed between two reports of progress. */
const PAIRS_PER_STEP = { statistical: 8192, pulses: 1024 };

/**
 * Programs a list of pairs of one core in steps, at one reading of the clock. Between two steps the work can be
 * abandoned: the pairs done keep what they were given.
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
      const aim = [targets.plus[i], targets.minus[i]] as const;
      const reached = statistical
        ? asProgrammed(core, pair)
        : pulser.programPair(pair, aim, tally.tolerance, maxIterations || pulses.maxIterations, now);
      tally.add(reached, aim);
    }
    core.counters.programmedPairs += end - done;
    done = end;
    yield { done, total };
  }
  return tally.report(core.counters.setPulses - setPulses, core.counters.resetPulses - resetPulses);
}

/** What statistical programming left: its verify is part of the published outcome, so it has no read noise. */
function asProgrammed({ model, state }: Core, pair: number): VerifiedPair {
  const sum = (polarity: number) => {
    let conductance = 0;
    for (let device = 0; device < model.devicesPerPolarity; device++)
      conductance += state.conductance[(polarity * model.devicesPerPolarity + device) * model.pairs + pair];
    return conductance;
  };
  return { plus: sum(0), minus: sum(1), iterations: 1 };
}

/** Sums up how the pairs ended. */
class Tally {
  #pairs = 0;
  #converged = 0;
  #iterations = 0;
  #squaredError = 0;

  /** @param tolerance greatest error of a converged polarity, nS */
  constructor(readonly tolerance: number) {}

  add({ plus, minus, iterations }: VerifiedPair, aim: readonly [number, number]): void {
    const plusError = plus - aim[0];
    const minusError = minus - aim[1];
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
