/**
 * Seeds of runs that once found something, with what it was. They mean the same only while the simulator
 * draws as it did.
 */
export const regressions: readonly { seed: number; found: string }[] = [
  { seed: 8, found: 'the reference of a single blank column was one of the probes of a calibration' },
];
