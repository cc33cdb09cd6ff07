import { DeviceFault, PulseKind } from '../../../protocol/index.js';
import { normalOfWord } from '../../numerics/normal.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { Core } from '../core/core.js';
import { EXPONENT_UNITS, quantiseExponent } from '../devices/drift.js';
import { Purpose } from '../devices/draws.js';

/** Outcome of a pair's program-and-verify: verified conductances in nS, verify reads made. */
export interface VerifiedPair {
  plus: number;
  minus: number;
  iterations: number;
}

/**
 * Single pulses on the devices of one core, and the board's own program-and-verify, which uses them. Times
 * are those of the clock that devices age on. A pulse has the same effect at every temperature; verify sees
 * the present conductance.
 */
export class Pulser {
  readonly #core: Core;
  /** Verified conductance of each device of the two polarities of the present pair, nS. */
  readonly #verified: Float64Array;

  constructor(core: Core) {
    this.#core = core;
    this.#verified = new Float64Array(2 * core.model.devicesPerPolarity);
  }

  /**
   * Gives one pulse to a device; a faulty one takes it without effect. Its drift starts again with a new
   * exponent.
   */
  pulse(device: number, kind: PulseKind, now: number): void {
    const { model, state, draws, counters, noise } = this.#core;
    if (kind === PulseKind.set) counters.setPulses++;
    else counters.resetPulses++;
    const words = draws.draw(Purpose.pulse, device, state.pulses[device]++);
    if (state.fault[device] !== DeviceFault.none) return;
    const z = normalOfWord(words[0]);
    const exponentVariate = normalOfWord(words[1]);
    const after = kind === PulseKind.set ? this.#afterSet(device, z, now) : this.#afterReset(z);
    const conductance = Math.floor(after + 0.5);
    const share = Math.min(conductance * model.devicesPerPolarity, CONDUCTANCE_LIMIT);
    state.conductance[device] = conductance;
    state.exponent[device] = quantiseExponent(noise.driftExponent(share, exponentVariate));
    state.programmedAt[device] = now;
  }

  #afterSet(device: number, z: number, now: number): number {
    const { setMean, setDeviation, conductanceMin } = this.#core.model.profile.pulses;
    const before = this.#conductance(device, now);
    const mean = setMean.offset * 1000 + setMean.slope * before;
    const deviation = setDeviation.offset * 1000 + setDeviation.slope * before;
    return Math.min(
      Math.max(before + mean + deviation * z, conductanceMin * 1000),
      this.#core.model.deviceMax,
    );
  }

  #afterReset(z: number): number {
    const { resetConductance, resetDeviation } = this.#core.model.profile.pulses;
    return Math.max(resetConductance * 1000 * (1 + resetDeviation * z), 0);
  }

  #conductance(device: number, now: number): number {
    const { state, noise } = this.#core;
    const age = now - state.programmedAt[device];
    return noise.drift(state.conductance[device], state.exponent[device] / EXPONENT_UNITS, age);
  }

  /**
   * Program-and-verify of one pair: read both polarities. One that is below its target by more than the
   * tolerance gets a SET pulse, on its devices in turn. One that is above it gets a RESET pulse, on the least
   * conductive device that alone makes up for the excess, else on the most conductive one. Ends when both are
   * within the tolerance, or after maxIterations reads. Targets and tolerance in nS.
   */
  programPair(
    pair: number,
    targets: readonly [number, number],
    tolerance: number,
    maxIterations: number,
    now: number,
  ): VerifiedPair {
    const write = this.#core.state.writes[pair]++;
    for (let iteration = 1; ; iteration++) {
      const plus = this.#verify(0, pair, write, iteration, now);
      const minus = this.#verify(1, pair, write, iteration, now);
      const excess = [plus - targets[0], minus - targets[1]];
      const converged = Math.abs(excess[0]) <= tolerance && Math.abs(excess[1]) <= tolerance;
      if (converged || iteration >= maxIterations) return { plus, minus, iterations: iteration };
      for (let polarity = 0; polarity < 2; polarity++) {
        const first = polarity * this.#core.model.devicesPerPolarity;
        if (excess[polarity] < -tolerance) {
          const device = first + this.#tooLittle(first, iteration);
          this.pulse(device * this.#core.model.pairs + pair, PulseKind.set, now);
        } else if (excess[polarity] > tolerance) {
          const device = first + this.#tooMuch(first, excess[polarity]);
          this.pulse(device * this.#core.model.pairs + pair, PulseKind.reset, now);
        }
      }
    }
  }

  /**
   * Device within its polarity that gets a SET: the least conductive one, but at every fourth iteration each
   * in turn.
   */
  #tooLittle(first: number, iteration: number): number {
    const { devicesPerPolarity } = this.#core.model;
    if (iteration % 4 === 0) return (iteration / 4) % devicesPerPolarity;
    const verified = this.#verified.subarray(first, first + devicesPerPolarity);
    return verified.indexOf(Math.min(...verified));
  }

  /**
   * Device within its polarity that gets a RESET: the one that brings the polarity closest below the target.
   */
  #tooMuch(first: number, excess: number): number {
    const verified = this.#verified.subarray(first, first + this.#core.model.devicesPerPolarity);
    const enough = verified.filter((conductance) => conductance >= excess);
    return verified.indexOf(enough.length > 0 ? Math.min(...enough) : Math.max(...verified));
  }

  /**
   * Reads each device of a polarity with the instantaneous read noise of the pulse model; their sum in nS.
   */
  #verify(polarity: number, pair: number, write: number, iteration: number, now: number): number {
    const { devicesPerPolarity, pairs, profile } = this.#core.model;
    const { offset, slope } = profile.pulses.readDeviation;
    let sum = 0;
    for (let device = 0; device < devicesPerPolarity; device++) {
      const i = polarity * devicesPerPolarity + device;
      const conductance = this.#core.temperature.present(this.#conductance(i * pairs + pair, now));
      const z = normalOfWord(this.#core.draws.drawAt(Purpose.verify, i * pairs + pair, write, iteration)[0]);
      this.#verified[i] = Math.max(conductance + (offset * 1000 + slope * conductance) * z, 0);
      sum += this.#verified[i];
    }
    return sum;
  }
}
