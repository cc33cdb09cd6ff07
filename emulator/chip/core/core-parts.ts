import type { Converters } from '../crossbar/converters.js';
import type { EffectiveMatrix } from '../crossbar/effective-matrix.js';
import type { Draws } from '../devices/draws.js';
import type { NoiseModel } from '../devices/noise-model.js';
import type { Temperature } from '../devices/temperature.js';
import type { ChipModel } from '../model.js';
import type { CoreState } from './core-state.js';

/** The parts of one core that the arithmetic computes with. */
export interface CoreParts {
  readonly model: ChipModel;
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly noise: NoiseModel;
  /** Whether `noise` is that of the profile, which the kernels compute too. */
  readonly hasProfileNoise: boolean;
  /** One for all cores of a chip. */
  readonly temperature: Temperature;
}
