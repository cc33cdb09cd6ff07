import { Chip } from '../emulator/chip.js';
import type { Backend } from '../emulator/chip/arithmetic.js';
import type { Window } from '../emulator/firmware/crossbar-chip.js';
import { loadProfile, type Profile } from '../emulator/profile.js';

/** Vectors of a batch. */
export const BATCH = 256;

export const hermes = loadProfile('hermes');

/** The same chip without read noise. */
export const quietHermes: Profile = {
  ...hermes,
  readNoise: { ...hermes.readNoise, relative: [{ form: 'polynomial', coefficients: [0] }] },
};

/** The whole crossbar of a core. */
export const whole: Window = { rowStart: 0, rows: hermes.rows, columnStart: 0, columns: hermes.columns };

/** Integers below a limit, the same at every run. */
export function integers(count: number, below: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  });
}

/** Random targets of a whole core, nS, plus then minus. */
export const targets = Uint16Array.from(integers(2 * whole.rows * whole.columns, 20_000));

/** Random input codes of a batch for so many cores. */
export const inputs = (cores: number) =>
  Int8Array.from(integers(BATCH * cores * whole.rows, 255, 2), (code) => code - 127);

/** Programs a whole core, to the end. */
export function programWhole(chip: Chip, core: number): void {
  const steps = chip.program(core, whole, targets, { tolerance: 0, maxIterations: 0 });
  while (!steps.next().done);
}

/** A chip with every core programmed, and its clock. */
export function programmedChip(profile: Profile, backend: Backend) {
  const clock = { seconds: 0 };
  const chip = new Chip(profile, { seed: 1, now: () => clock.seconds, backend });
  for (let core = 0; core < profile.cores; core++) programWhole(chip, core);
  return { chip, clock };
}
