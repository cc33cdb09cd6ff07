import { Chip } from '../../../../emulator/chip/chip.js';
import { parseProfile, plainBackend, ProfileError, profileNames } from '../../../../emulator/index.js';
import { loadProfile } from '../../../../emulator/node/index.js';
import { jsonWords, mutateText } from '../../mutate-json.js';
import { bytesOf, type Target, textOf } from '../../target.js';

/** Devices of a chip that is made to see whether the profile works. */
const MAX_DEVICES = 20_000;

export const profile: Target = {
  name: 'profile',
  reads: 'profiles of chips, and makes a small chip of them',
  refusals: [ProfileError],
  seeds: () => [
    ...profileNames.map((name) => bytesOf(JSON.stringify(loadProfile(name)))),
    bytesOf(JSON.stringify({ extends: 'hermes', name: 'small', cores: 1, rows: 8, columns: 8 })),
  ],
  read(input) {
    let json: unknown;
    try {
      json = JSON.parse(textOf(input));
    } catch {
      return;
    }
    const parsed = parseProfile('a profile', json, loadProfile);
    const { cores, rows, columns, devicesPerPolarity } = parsed;
    if (cores * rows * columns * devicesPerPolarity > MAX_DEVICES) return;
    const chip = new Chip(parsed, { seed: 1, now: () => 0, backend: plainBackend() });
    const window = { rowStart: 0, rows, columnStart: 0, columns };
    chip.multiply(0, cores, window, 1, new Int8Array(cores * rows).fill(1));
    chip.read(0, window);
  },
  mutate: mutateText,
  words: jsonWords,
};
