import { CONDUCTANCE_LIMIT } from '../../profile/profile.js';
import type { ChipModel } from '../model.js';
import type { Draws } from './draws.js';
import { driftedConductance, driftLogarithm } from './drift.js';
import type { NoiseModel } from './noise-model.js';
import { SlowNoise, slowOctaves } from './slow-noise.js';

/** The noise model of the profile's curves, which the kernels compute too. */
export function profileNoise(model: ChipModel, draws: Draws): NoiseModel {
  const { programmingDeviation, exponentMean, exponentDeviation, relativeNoise, time0, noisy } = model;
  const slowNoise = new SlowNoise(model, draws);
  // Devices of a region are mostly programmed at one time: the results for the last age are kept.
  let driftAge = NaN;
  let logarithm = 0;
  let noiseAge = NaN;
  let octaves = 0;
  let amplitude = 0;
  return {
    name: 'profile',
    program: (target, variate) => target + programmingDeviation[target] * variate,
    driftExponent: (target, variate) => Math.abs(exponentMean[target] + exponentDeviation[target] * variate),
    drift(conductance, exponent, age) {
      if (age !== driftAge) {
        driftAge = age;
        logarithm = driftLogarithm(time0, age);
      }
      return driftedConductance(conductance, exponent, logarithm);
    },
    read({ polarity, pair, cell, age, programmed, drifted }) {
      if (!noisy) return { deviation: 0, slow: drifted };
      if (age !== noiseAge) {
        noiseAge = age;
        ({ octaves, amplitude } = slowOctaves(model, age));
      }
      const deviation = drifted * relativeNoise[Math.min(programmed, CONDUCTANCE_LIMIT)];
      const signals = slowNoise.sum(polarity, pair, octaves, cell);
      return { deviation, slow: drifted + deviation * (amplitude * signals) };
    },
  };
}
