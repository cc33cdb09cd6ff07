import type { Profile } from '../../profile/profile.js';
import type { Draws } from './draws.js';

/** One polarity of a unit cell at one time, without read noise. */
export interface PolarityAtTime {
  /** 0 plus, 1 minus. */
  readonly polarity: number;
  /** Number of the unit cell, row-major. */
  readonly pair: number;
  /** Number of the cell of the board's clock: its reading / slowPeriod, rounded down. */
  readonly cell: number;
  /** Seconds since the last pulse on a device of the polarity that conducts; below 0 counts as 0. */
  readonly age: number;
  /** Conductance as programmed, nS. */
  readonly programmed: number;
  /** Conductance after drift, at the present temperature, nS; above 0. */
  readonly drifted: number;
}

/** Read noise of one polarity. */
export interface PolarityNoise {
  /**
   * Standard deviation, in nS, of one octave of the fast noise, which is drawn again at each read and
   * multiplication. A multiplication clips it at the maximum of the profile's own read noise, and draws none
   * if that has none.
   */
  readonly deviation: number;
  /** Conductance in nS with the part that holds for a cell of the clock; it may be negative. */
  readonly slow: number;
}

/**
 * The behaviour of the devices of one core: functions of their arguments, and of draws that depend on place
 * and time alone, so that the order of calls does not matter. SET and RESET pulses follow the profile; the
 * model gives the pulsed devices their drift.
 */
export interface NoiseModel {
  /** Snapshots of chips with models of different names do not fit each other. */
  readonly name: string;
  /** Conductance of a polarity after program-and-verify, nS. `target` in nS, `variate` standard normal. */
  program(target: number, variate: number): number;
  /** Drift exponent, at least 0, of a polarity that was programmed to `target` nS. */
  driftExponent(target: number, variate: number): number;
  /**
   * Conductance of a device after drift, nS, at the reference temperature, `age` seconds after its last
   * pulse.
   */
  drift(conductance: number, exponent: number, age: number): number;
  /** Read noise of a polarity; `at` holds until it returns. */
  read(at: PolarityAtTime): PolarityNoise;
}

/** The core that a noise model is made for. */
export interface NoiseContext {
  readonly profile: Profile;
  /** Unit cells of the core. */
  readonly pairs: number;
  /** Seconds of one cell of the clock. */
  readonly slowPeriod: number;
  /** Source of all random numbers; `Purpose.custom` is free. */
  readonly draws: Draws;
}

/** Makes the noise model of one core, in place of `base`, that of the profile. */
export type NoiseOf = (base: NoiseModel, core: NoiseContext) => NoiseModel;
