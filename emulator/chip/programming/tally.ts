import type { ProgramReport } from '../operations.js';

/** Sums up the outcomes of pairs for a report. */
export class Tally {
  #pairs = 0;
  #converged = 0;
  #iterations = 0;
  #squaredError = 0;

  /** `tolerance` is the maximum error of a converged polarity, nS. */
  constructor(readonly tolerance: number) {}

  /** Errors are the conductance reached less its target, nS. */
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
