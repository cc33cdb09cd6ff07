import { DeviceFault, PulseKind } from '../../../protocol/index.js';
import { normalOfWord } from '../../numerics/normal.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import { driftedConductance, driftLogarithm } from '../devices/conductance.js';
import type { Core } from '../core/core.js';
import type { CoreCounters, CoreState } from '../core/core-state.js';
import { Purpose, type Draws } from '../devices/draws.js';
import type { ChipModel } from '../model.js';
import { quantiseExponent } from './statistical-programming.js';
import type { Temperature } from '../devices/temperature.js';

/** How a pair's program-and-verify ended: verified conductances in nS, verify reads made. */
export interface VerifiedPair {
  plus: number;
  minus: number;
  iterations: number;
}

/**
 * Single pulses on the devices of one core, and the board's own program-and-verify made of them. Times are those of the clock
 * that devices age on. What a pulse does is the same at every temperature; verify sees the devices as they conduct now.
 */
export class Pulser {
  /** Verified conductance of each device of the two polarities of the present pair, nS. */
  readonly #verified: Float64Array;

  private readonly model: ChipModel;
  private readonly state: CoreState;
  private readonly draws: Draws;
  private readonly counters: CoreCounters;
  private readonly temperature: Temperature;

  constructor({ model, state, draws, counters, temperature }: Core) {
    this.model = model;
    this.state = state;
    this.draws = draws;
    this.counters = counters;
    this.temperature = temperature;
    this.#verified = new Float64Array(2 * model.devicesPerPolarity);
  }

  /** Gives one pulse to a device; a faulty one takes it without effect. Its drift starts again with a new exponent. */
  pulse(device: number, kind: PulseKind, now: number): void {
    const { model, state } = this;
    if (kind === PulseKind.set) this.counters.setPulses++;
    else this.counters.resetPulses++;
    const words = this.draws.draw(Purpose.pulse, device, state.pulses[device]++);
    if (state.fault[device] !== DeviceFault.none) return;
    const z = normalOfWord(words[0]);
    const after = kind === PulseKind.set ? this.#afterSet(device, z, now) : this.#afterReset(z);
    const conductance = Math.floor(after + 0.5);
    const share = Math.min(conductance * model.devicesPerPolarity, CONDUCTANCE_LIMIT);
    state.conductance[device] = conductance;
    state.exponent[device] = quantiseExponent(
      Math.abs(model.exponentMean[share] + model.exponentDeviation[share] * normalOfWord(words[1])),
    );
    state.programmedAt[device] = now;
  }

  #afterSet(device: number, z: number, now: number): number {
    const { setMean, setDeviation, conductanceMin } = this.model.profile.pulses;
    const before = this.#conductance(device, now);
    const mean = setMean.offset * 1000 + setMean.slope * before;
    const deviation = setDeviation.offset * 1000 + setDeviation.slope * before;
    return Math.min(Math.max(before + mean + deviation * z, conductanceMin * 1000), this.model.deviceMax);
  }

  #afterReset(z: number): number {
    const { resetConductance, resetDeviation } = this.model.profile.pulses;
    return Math.max(resetConductance * 1000 * (1 + resetDeviation * z), 0);
  }

  #conductance(device: number, now: number): number {
    const age = now - this.state.programmedAt[device];
    return driftedConductance(this.state, device, driftLogarithm(this.model, age));
  }

  /**
   * Program-and-verify of one pair: read both polarities; one that is short of its target beyond the tolerance gets a
   * SET pulse, on its devices in turn; one that is beyond it a RESET pulse, on the least conductive device that alone
   * makes up for the excess, else on the most conductive one. Ends when both are within the tolerance, or after
   * maxIterations reads. Targets and tolerance in nS.
   */
  programPair(
    pair: number,
    targets: readonly [number, number],
    tolerance: number,
    maxIterations: number,
    now: number,
  ): VerifiedPair {
    const write = this.state.writes[pair]++;
    for (let iteration = 1; ; iteration++) {
      const plus = this.#verify(0, pair, write, iteration, now);
      const minus = this.#verify(1, pair, write, iteration, now);
      const excess = [plus - targets[0], minus - targets[1]];
      const converged = Math.abs(excess[0]) <= tolerance && Math.abs(excess[1]) <= tolerance;
      if (converged || iteration >= maxIterations) return { plus, minus, iterations: iteration };
      for (let polarity = 0; polarity < 2; polarity++) {
        const first = polarity * this.model.devicesPerPolarity;
        if (excess[polarity] < -tolerance) {
          const device = first + this.#tooLittle(first, iteration);
          this.pulse(device * this.model.pairs + pair, PulseKind.set, now);
        } else if (excess[polarity] > tolerance) {
          const device = first + this.#tooMuch(first, excess[polarity]);
          this.pulse(device * this.model.pairs + pair, PulseKind.reset, now);
        }
      }
    }
  }

  /** Device within its polarity that gets a SET: the least conductive one, now and then each in turn. */
  #tooLittle(first: number, iteration: number): number {
    const { devicesPerPolarity } = this.model;
    if (iteration % 4 === 0) return (iteration / 4) % devicesPerPolarity;
    const verified = this.#verified.subarray(first, first + devicesPerPolarity);
    return verified.indexOf(Math.min(...verified));
  }

  /** Device within its polarity that a RESET brings closest below the target without undoing more than it must. */
  #tooMuch(first: number, excess: number): number {
    const verified = this.#verified.subarray(first, first + this.model.devicesPerPolarity);
    const enough = verified.filter((conductance) => conductance >= excess);
    return verified.indexOf(enough.length > 0 ? Math.min(...enough) : Math.max(...verified));
  }

  /** Reads each device of a polarity with the instantaneous read noise of the pulse model; their sum in nS. */
  #verify(polarity: number, pair: number, write: number, iteration: number, now: number): number {
    const { devicesPerPolarity, pairs, profile } = this.model;
    const { offset, slope } = profile.pulses.readDeviation;
    let sum = 0;
    for (let device = 0; device < devicesPerPolarity; device++) {
      const i = polarity * devicesPerPolarity + device;
      const conductance = this.temperature.present(this.#conductance(i * pairs + pair, now));
      const z = normalOfWord(this.draws.drawAt(Purpose.verify, i * pairs + pair, write, iteration)[0]);
      this.#verified[i] = Math.max(conductance + (offset * 1000 + slope * conductance) * z, 0);
      sum += this.#verified[i];
    }
    return sum;
  }
}
