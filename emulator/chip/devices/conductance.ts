import { exp, log } from '../../numerics/elementary.js';
import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { CoreState } from '../core/core-state.js';
import type { ChipModel } from '../model.js';
import { slowOctaves, type SlowNoise } from './slow-noise.js';
import type { Temperature } from './temperature.js';

/** Logarithm of the time since the beginning of programming, in units of t0: ln((age + t0) / t0), 0 for an age below 0. */
export function driftLogarithm({ time0 }: ChipModel, age: number): number {
  return log((Math.max(age, 0) + time0) / time0);
}

/** Conductance of a device after drift at the reference temperature, nS: G (t / t0)^-exponent. */
export function driftedConductance({ conductance, exponent }: CoreState, device: number, logarithm: number) {
  return conductance[device] * exp(-(exponent[device] / 65536) * logarithm);
}

/** What a polarity is at one time, in nS: its conductance after drift, and the standard deviation of one octave of noise. */
export class PolarityReader {
  /** Conductance after drift, without read noise. */
  drifted = 0;
  /** Read noise per unit of relative deviation: conductance times Q. */
  deviation = 0;
  /** Conductance with the slow part of the read noise; it may be negative. */
  slow = 0;

  // Devices of a region are mostly programmed at one time: its logarithms are kept.
  #age = NaN;
  #logarithm = 0;
  #octaves = 0;
  #amplitude = 0;

  constructor(
    private readonly model: ChipModel,
    private readonly state: CoreState,
    private readonly noise: SlowNoise,
    private readonly temperature: Temperature,
  ) {}

  /** Reads one polarity of a pair at a time of the clock that devices age on (s), with the slow noise of `cell`. */
  read(polarity: number, pair: number, time: number, cell: number): void {
    const { pairs, devicesPerPolarity, relativeNoise } = this.model;
    const { conductance, programmedAt } = this.state;
    let programmed = 0;
    let latest = -Infinity;
    let drifted = 0;
    for (let device = 0; device < devicesPerPolarity; device++) {
      const i = (polarity * devicesPerPolarity + device) * pairs + pair;
      if (conductance[i] === 0) continue;
      programmed += conductance[i];
      if (programmedAt[i] > latest) latest = programmedAt[i];
      this.#setAge(time - programmedAt[i]);
      drifted += this.temperature.present(driftedConductance(this.state, i, this.#logarithm));
    }
    this.drifted = drifted;
    this.deviation = 0;
    this.slow = drifted;
    if (drifted === 0 || !this.model.noisy) return;
    this.deviation = drifted * relativeNoise[Math.min(programmed, CONDUCTANCE_LIMIT)];
    this.#setAge(time - latest);
    const signals = this.noise.sum(polarity, pair, this.#octaves, cell);
    this.slow = drifted + this.deviation * (this.#amplitude * signals);
  }

  #setAge(age: number): void {
    if (age === this.#age) return;
    this.#age = age;
    this.#logarithm = driftLogarithm(this.model, age);
    ({ octaves: this.#octaves, amplitude: this.#amplitude } = slowOctaves(this.model, age));
  }
}
