import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { EmulatedBoard } from '../../../emulator/index.js';
import { createEmulatedBoard } from '../../../emulator/node/create-emulated-board.js';
import { Refusal } from '../../../protocol/index.js';
import { ProfileError, type Profile } from '../../../emulator/profile/profile.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { chipOf, defaults, finish, profileWith, wholeCore } from './helpers.js';

const small = { rows: 12, columns: 9 };
const DAY = 86_400;
const ZERO_CELSIUS = 273.15;
const BOLTZMANN = 1.380649e-23 / 1.602176634e-19;
const { conductionEnergy, relaxationEnergy } = loadProfile('hermes-thermal').temperature!;

/** exp(-E/k (1/T - 1/T0)) of an activation energy in eV, T0 = 25 degrees Celsius. */
const activation = (energy: number, celsius: number) =>
  Math.exp((-energy / BOLTZMANN) * (1 / (celsius + ZERO_CELSIUS) - 1 / (25 + ZERO_CELSIUS)));

/** A chip of hermes-thermal without noise and with one drift exponent for all devices. */
function quiet(exponent: number, changes: Partial<Profile> = {}): Profile {
  const constant = (value: number): Profile['readNoise']['relative'] => [
    { form: 'polynomial', coefficients: [value] },
  ];
  const { programming, drift, readNoise } = loadProfile('hermes-thermal');
  return profileWith('hermes-thermal', {
    ...small,
    programming: { ...programming, deviation: constant(0) },
    drift: { ...drift, exponentMean: constant(exponent), exponentDeviation: constant(0) },
    readNoise: { ...readNoise, relative: constant(0) },
    ...changes,
  });
}

/** Programs plus polarities from 0 to nearly G_max; their targets, nS. */
function programRamp({ chip }: ReturnType<typeof chipOf>): number[] {
  const targets = Uint16Array.from({ length: 216 }, (_, i) => (i < 108 ? 190 * i : 0));
  finish(chip.program(0, wholeCore(chip.profile), targets, defaults));
  return [...targets.subarray(0, 108)];
}

const readPlus = ({ chip }: ReturnType<typeof chipOf>) => [
  ...chip.read(0, wholeCore(chip.profile)).subarray(0, 108),
];

test('at its reference temperature a chip answers as one whose profile has none, to the bit', (t) => {
  const inputs = Int8Array.from({ length: 12 }, (_, i) => 20 * i - 120);
  const answers = (name: string) => {
    const made = chipOf(profileWith(name, small), 3);
    programRamp(made);
    const seen: unknown[] = [];
    for (const seconds of [1, 5000, 1e7]) {
      made.clock.seconds = seconds;
      seen.push(readPlus(made), made.chip.multiply(0, 1, wholeCore(made.chip.profile), 1, inputs));
      made.chip.pulse(0, { rows: [2], columns: [3], polarities: [0], devices: [1], kinds: [1] });
    }
    return seen;
  };
  t.deepEqual(answers('hermes-thermal'), answers('hermes'));
});

test('a warm device conducts more, the more of it is amorphous, by Arrhenius; back at the reference it is as before', (t) => {
  const made = chipOf(quiet(0));
  const targets = programRamp(made);
  const before = readPlus(made);
  for (const celsius of [-40, 0, 45, 125]) {
    made.chip.setTemperature(celsius);
    const resistance = 1 / activation(conductionEnergy, celsius);
    for (const [i, conductance] of readPlus(made).entries()) {
      const g = targets[i] / 20_700;
      // two devices, each held to 1 nS
      t.true(
        Math.abs(conductance - targets[i] / (g + (1 - g) * resistance)) < 2.5,
        `${celsius}, ${targets[i]}`,
      );
    }
  }
  made.chip.setTemperature(25);
  t.deepEqual(readPlus(made), before);
});

test('conductances programmed in a warm chip are right while it is warm', (t) => {
  for (const mode of ['statistical', 'pulses'] as const) {
    const profile = quiet(0);
    const made = chipOf({ ...profile, programming: { ...profile.programming, mode } });
    made.chip.setTemperature(85);
    const targets = programRamp(made);
    const tolerance = mode === 'statistical' ? 5 : 3000;
    const off = readPlus(made).filter((conductance, i) => Math.abs(conductance - targets[i]) > tolerance);
    t.true(off.length <= (mode === 'statistical' ? 0 : 5), `${mode}: ${off.length}`);
    made.chip.setTemperature(25);
    t.true(readPlus(made)[40] < 0.8 * targets[40]);
  }
});

test('a day at 45 degrees ages devices like many at 25', (t) => {
  const warm = chipOf(quiet(0.06));
  programRamp(warm);
  warm.clock.seconds = 1000;
  warm.chip.setTemperature(45);
  warm.clock.seconds += DAY;
  warm.chip.setTemperature(25);
  const cool = chipOf(quiet(0.06));
  programRamp(cool);
  const rate = activation(relaxationEnergy, 45);
  t.true(rate > 10 && rate < 20, `${rate}`);
  cool.clock.seconds = 1000 + rate * DAY;
  const [one, other] = [readPlus(warm), readPlus(cool)];
  for (const [i, conductance] of one.entries()) t.true(Math.abs(conductance - other[i]) <= 1);
  t.true(one[100] < 0.75 * 190 * 100);
});

test('snapshot and state file keep the temperature and the age', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-warm-'));
  const profile = profileWith('hermes-thermal', small);
  const use = (board: EmulatedBoard) => {
    board.clock.advance(100);
    board.setTemperature(60);
    finish(board.chip.program(0, wholeCore(profile), new Uint16Array(216).fill(9000), defaults));
    board.clock.advance(DAY);
    board.setTemperature(10);
  };
  const answers = ({ chip, clock }: EmulatedBoard) => {
    clock.advance(DAY);
    return [chip.temperature, chip.read(0, wholeCore(profile))];
  };
  const original = createEmulatedBoard({ profile, seed: 2 });
  use(original);
  const snapshot = original.snapshot();
  const expected = answers(original);
  const restored = createEmulatedBoard({ profile, seed: 2 });
  restored.restore(snapshot);
  t.deepEqual(answers(restored), expected);
  const state = join(folder, 'state');
  // left as a loss of power leaves it: the file holds each change, and nothing was closed
  use(createEmulatedBoard({ profile, seed: 2, state }));
  const bytes = { profile, seed: 2, state: `${state}-copy` };
  writeFileSync(bytes.state, readFileSync(state));
  const found = createEmulatedBoard(bytes);
  t.deepEqual(answers(found), expected);
  found.close();
});

test('a board without a temperature, or asked for one beyond its limits, refuses and changes nothing', (t) => {
  const hermes = createEmulatedBoard({ profile: profileWith('hermes', small), seed: 1 });
  t.regex(t.throws(() => hermes.setTemperature(45), { instanceOf: Refusal })!.message, /hermes-thermal/);
  const board = createEmulatedBoard({ profile: profileWith('hermes-thermal', small), seed: 1 });
  for (const celsius of [126, -41, NaN, Infinity])
    t.regex(t.throws(() => board.setTemperature(celsius), { instanceOf: Refusal })!.message, /-40 to 125/);
  t.is(board.chip.temperature, 25);
});

test('a profile of the user extends a bundled one', (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'pcm-profile-')), 'mine.json');
  const { temperature } = loadProfile('hermes-thermal');
  const write = (json: unknown) => writeFileSync(path, JSON.stringify(json));
  write({ extends: 'pcm-like', name: 'mine', temperature });
  t.deepEqual(loadProfile(path), { ...loadProfile('pcm-like'), name: 'mine', temperature });
  write({ extends: path, name: 'mine' });
  t.throws(() => loadProfile(path), { instanceOf: ProfileError, message: /can extend hermes/ });
  write({ extends: 'hermes', temperature: { ...temperature, reference: 150 } });
  t.throws(() => loadProfile(path), { instanceOf: ProfileError, message: /between minimum and maximum/ });
});
