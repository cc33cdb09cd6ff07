import { bool, f64, u32, usize, type Values } from '../declaration/fields.js';
import { LN2 } from '../numerics/elementary.js';
import { NORMAL_UNIT } from '../numerics/normal.js';
import { evaluateCurve, type Curve } from '../profile/curve.js';
import { CONDUCTANCE_LIMIT, slowNoisePeriod, type Profile } from '../profile/profile.js';

/**
 * The numbers of a model, which reference and kernels alike know by these names: conductances in nS, times in
 * s.
 */
export const modelNumbers = {
  pairs: u32('Unit cells of a core.'),
  devicesPerPolarity: u32('Devices of one polarity of a unit cell.'),
  relativeConductance: f64('Relative conductance of one device of 1 nS: D / G_max.'),
  deviceMax: u32('Maximum conductance of one device.'),
  time0: f64('t0: age that a device has when its programming ends.'),
  readTime: f64('Duration of one read or multiplication.'),
  slowPeriod: f64(
    'Period of the fastest octave of slow noise; the effective matrix holds for one such cell of the clock.',
  ),
  fastDeviation: f64(
    'Standard deviation of the fast noise per unit of relative noise: sqrt(fastOctaves ln 2).',
  ),
  noisy: bool('False if no conductance has read noise.'),
  varianceScale: f64('Variance codes per nS^2 of the noise of one multiplication.'),
  varianceMax: u32('Maximum variance code: no sum exceeds 31 bits.'),
  noiseUnit: f64(
    'nS (float32) that stand for the root of one variance code times one unit of the normal table.',
  ),
  fullScale: f64("Column current, in input codes x nS, at the converter's full scale."),
};

/** The tables of a model: float64 for each conductance of a polarity from 0 to CONDUCTANCE_LIMIT nS. */
export const modelTables = {
  programmingDeviation: usize('Standard deviation of the programmed conductance, nS, by target.'),
  exponentMean: usize('Mean of the drift exponent, by target.'),
  exponentDeviation: usize('Standard deviation of the drift exponent, by target.'),
  relativeNoise: usize('Read noise relative to the conductance, by programmed conductance.'),
};

/**
 * Uses of random draws by the noise of a profile, each with a number of its own: see `Purpose`, which has the
 * other uses. The kernels know `slowNoise` as PURPOSE_SLOW_NOISE.
 */
export const modelDraws = {
  program: 1,
  slowNoise: 6,
  slowPhase: 7,
} as const;

export type ModelTables = { readonly [name in keyof typeof modelTables]: Float64Array };

/** A profile as the integers and tables that the chip computes with: see `modelNumbers` and `modelTables`. */
export interface ChipModel extends Values<typeof modelNumbers>, ModelTables {
  readonly profile: Profile;
}

/** Octaves of slow read noise at most: with a period of a second the slowest lasts 136 years. */
export const MAX_SLOW_OCTAVES = 32;

function tabulate(profile: Profile, curve: Curve, scale = 1): Float64Array {
  const gMax = profile.conductanceMax * 1000;
  // A plain loop: Float64Array.from takes several times as long, and each board begins with four tables.
  const table = new Float64Array(CONDUCTANCE_LIMIT + 1);
  const [{ form, ...piece }] = curve;
  if (curve.length === 1 && form === 'polynomial') {
    const { coefficients } = piece as { coefficients: number[] };
    if (coefficients.length === 1) return table.fill(coefficients[0] * scale);
  }
  for (let conductance = 0; conductance <= CONDUCTANCE_LIMIT; conductance++)
    table[conductance] = evaluateCurve(curve, conductance / gMax) * scale;
  return table;
}

/** Builds the model of a profile; takes some milliseconds. */
export function buildModel(profile: Profile): ChipModel {
  const { rows, columns, inputBits, conductanceMax, devicesPerPolarity, readNoise, adc } = profile;
  const relativeNoise = tabulate(profile, readNoise.relative);
  const fastVariance = readNoise.fastOctaves * LN2;
  const inputMax = 1 << (inputBits - 1);
  const varianceMax = Math.min(Math.floor(0x7fffffff / (rows * inputMax * inputMax)), 32767);
  let maxNoise = 0;
  for (let conductance = 0; conductance < Math.floor(conductanceMax * 1250); conductance++)
    maxNoise = Math.max(maxNoise, relativeNoise[conductance] * conductance);
  const maxVariance = 2 * maxNoise * maxNoise * fastVariance;

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
    noisy: maxNoise > 0,
    varianceMax,
    varianceScale: maxVariance > 0 ? (fastVariance * varianceMax) / maxVariance : 0,
    noiseUnit: Math.fround(Math.sqrt(maxVariance / varianceMax) / NORMAL_UNIT),
    fullScale: adc.fullScaleCells * conductanceMax * 1000 * (inputMax - 1),
  };
}
