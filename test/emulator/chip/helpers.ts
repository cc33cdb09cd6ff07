import { nodeBackend } from '../../../emulator/node/index.js';
import { Chip } from '../../../emulator/chip/chip.js';
import type { Backend } from '../../../emulator/chip/arithmetic.js';
import type { Window } from '../../../emulator/chip/operations.js';
import { profileSchema, type Profile } from '../../../emulator/profile/profile.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';

/** A profile that comes with the emulator, with some of its entries changed. */
export function profileWith(name: string, changes: Partial<Profile>): Profile {
  return profileSchema.parse({ ...loadProfile(name), ...changes });
}

/** A chip whose clock the test sets. */
export function chipOf(profile: Profile, seed: number | bigint = 1, backend: Backend = nodeBackend()) {
  const clock = { seconds: 0 };
  return { chip: new Chip(profile, { seed, now: () => clock.seconds, backend }), clock };
}

export function windowOf(rowStart: number, rows: number, columnStart: number, columns: number): Window {
  return { rowStart, rows, columnStart, columns };
}

/** Every unit cell of a core. */
export const wholeCore = ({ rows, columns }: Profile) => windowOf(0, rows, 0, columns);

/** Runs a command in steps to its end; returns its result. */
export function finish<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The board's own tolerance and limit. */
export const defaults = { tolerance: 0, maxIterations: 0 };

/** Deterministic integers in [0, below), good enough to fill arrays (a linear congruence, upper bits). */
export function* integers(below: number, seed = 1): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor((state / 2 ** 32) * below);
  }
}

/** Copies arrays that may lie in shared memory (which structuredClone would share on). */
export function copyOf<T extends object>(arrays: T): T {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, (array as Uint8Array).slice()]),
  ) as T;
}
