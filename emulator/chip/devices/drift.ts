import { exp, log } from '../../numerics/elementary.js';

/** Drift exponents are integers of this unit, 1 / 65536. */
export const EXPONENT_UNITS = 65536;
/** Maximum drift exponent, in these units. */
export const EXPONENT_MAX = 65535;

/** Drift exponent in 1 / 65536, at most 65535. */
export function quantiseExponent(exponent: number): number {
  return Math.min(Math.floor(exponent * EXPONENT_UNITS + 0.5), EXPONENT_MAX);
}

/**
 * Logarithm of the time since the beginning of programming, in units of t0: ln((age + t0) / t0), 0 for an age
 * below 0. Age and `time0` in seconds.
 */
export function driftLogarithm(time0: number, age: number): number {
  return log((Math.max(age, 0) + time0) / time0);
}

/** Conductance of a device after drift at the reference temperature, nS: G (t / t0)^-exponent. */
export function driftedConductance(conductance: number, exponent: number, logarithm: number): number {
  return conductance * exp(-exponent * logarithm);
}
