import { evaluateCurve, type Curve } from '../profile/curve.js';
import { LN2 } from '../numerics/elementary.js';
import { NORMAL_UNIT } from '../numerics/normal.js';
import { CONDUCTANCE_LIMIT, slowNoisePeriod, type Profile } from '../profile/profile.js';

/** Octaves of slow read noise at most: with a period of a second the slowest lasts 136 years. */
export const MAX_SLOW_OCTAVES = 32;

/**
 * What a profile says, in the integers and tables that the chip computes with: conductances in nS, times in seconds.
 * Every table has an entry for each conductance of a polarity from 0 to CONDUCTANCE_LIMIT nS.
 */
export interface ChipModel {
  readonly profile: Profile;
  /** Unit cells of a core. */
  readonly pairs: number;
  readonly devicesPerPolarity: number;
  /** Relative conductance of one device of 1 nS: D / G_max. */
  readonly relativeConductance: number;
  /** Greatest conductance of one device, nS. */
  readonly deviceMax: number;
  /** Standard deviation of the programmed conductance, nS, by target. */
  readonly programmingDeviation: Float64Array;
  /** Mean and standard deviation of the drift exponent, by target. */
  readonly exponentMean: Float64Array;
  readonly exponentDeviation: Float64Array;
  /** Read noise relative to the conductance, by programmed conductance. */
  readonly relativeNoise: Float64Array;
  readonly time0: number;
  readonly readTime: number;
  /** Period of the fastest octave of slow noise; the effective matrix holds for one such cell of the clock. */
  readonly slowPeriod: number;
  /** Standard deviation of the fast noise per unit of relative noise: sqrt(fastOctaves ln 2). */
  readonly fastDeviation: number;
  /** False if no conductance has read noise. */
  readonly noisy: boolean;
  /** Variance codes per nS^2 of the noise of one multiplication, and the greatest code: no sum exceeds 31 bits. */
  readonly varianceScale: number;
  readonly varianceMax: number;
  /** nS (float32) that stand for one variance code's root times one unit of the normal table. */
  readonly noiseUnit: number;
  /** Column current, in input codes x nS, at the converter's full scale. */
  readonly fullScale: number;
}

function tabulate(profile: Profile, curve: Curve, scale = 1): Float64Array {
  const gMax = profile.conductanceMax * 1000;
  return Float64Array.from(
    { length: CONDUCTANCE_LIMIT + 1 },
    (_, conductance) => evaluateCurve(curve, conductance / gMax) * scale,
  );
}

/** Builds the tables of a profile; some milliseconds. */
export function buildModel(profile: Profile): ChipModel {
  const { rows, columns, inputBits, conductanceMax, devicesPerPolarity, readNoise, adc } = profile;
  const relativeNoise = tabulate(profile, readNoise.relative);
  const fastVariance = readNoise.fastOctaves * LN2;
  const inputMax = 1 << (inputBits - 1);
  const varianceMax = Math.min(Math.floor(0x7fffffff / (rows * inputMax * inputMax)), 32767);
  const greatest = relativeNoise
    .subarray(0, Math.floor(conductanceMax * 1250))
    .reduce((most, relative, conductance) => Math.max(most, relative * conductance), 0);
  const greatestVariance = 2 * greatest * greatest * fastVariance;

  return {
    profile,
    pairs: rows * columns,
    devicesPerPolarity,
    relativeConductance: devicesPerPolarity / (conductanceMax * 1000),
    deviceMax: Math.floor((conductanceMax * 1000) / devicesPerPolarity + 0.5),
    programmingDeviation: tabulate(profile, profile.programming.deviation, 1000),
    exponentMean: tabulate(profile, profile.drift.exponentMean),
    exponentDeviation: tabulate(profile, profile.drift.exponentDeviation),
    relativeNoise,
    time0: profile.drift.time0,
    readTime: readNoise.readTime,
    slowPeriod: slowNoisePeriod(readNoise),
    fastDeviation: Math.sqrt(fastVariance),
    noisy: greatest > 0,
    varianceMax,
    varianceScale: greatestVariance > 0 ? (fastVariance * varianceMax) / greatestVariance : 0,
    noiseUnit: Math.fround(Math.sqrt(greatestVariance / varianceMax) / NORMAL_UNIT),
    fullScale: adc.fullScaleCells * conductanceMax * 1000 * (inputMax - 1),
  };
}
