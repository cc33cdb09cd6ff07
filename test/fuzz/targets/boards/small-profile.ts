import type { Profile } from '../../../../emulator/index.js';
import { loadProfile } from '../../../../emulator/node/index.js';

const constant = (value: number) => [{ form: 'polynomial' as const, coefficients: [value] }];
const { programming, drift, readNoise, ...thermal } = loadProfile('hermes-thermal');

/** A chip that is made quickly: few devices, and curves whose tables cost nothing. */
export const smallProfile: Profile = {
  ...thermal,
  cores: 2,
  rows: 4,
  columns: 3,
  programming: { ...programming, deviation: constant(0.5) },
  drift: { ...drift, exponentMean: constant(0.03), exponentDeviation: constant(0.005) },
  readNoise: { ...readNoise, relative: constant(0.01) },
};
