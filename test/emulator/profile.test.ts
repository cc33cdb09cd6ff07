import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { curve, evaluateCurve, type Curve } from '../../emulator/curve.js';
import {
  loadProfile,
  ProfileError,
  profileNames,
  profileSchema,
  slowNoisePeriod,
} from '../../emulator/profile.js';

const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const { log } = Math;
const hermesMean = (g: number) =>
  g < 0.0945 ? clamp(-0.0387 * log(g) - 0.0182, 0.072, 0.13) : -0.0436 * g * g - 0.0126 * g + 0.0736;

// The published models, written as published: [profile, which curve, its formula].
const formulas: [string, (profile: ReturnType<typeof loadProfile>) => Curve, (g: number) => number][] = [
  [
    'hermes',
    (p) => p.programming.deviation,
    (g) => 0.16603222 + 4.71806468 * g - 8.48101252 * g ** 2 + 4.68961419 * g ** 3,
  ],
  ['hermes', (p) => p.drift.exponentMean, hermesMean],
  [
    'hermes',
    (p) => p.drift.exponentDeviation,
    (g) =>
      g < 0.3055 ? clamp(-0.0117 * log(g) - 0.0057, 0.0091, 0.04) : -0.0118 * g * g + 0.0093 * g + 0.0073,
  ],
  [
    'hermes',
    (p) => p.readNoise.relative,
    (g) =>
      g < 0.16
        ? clamp(-0.0117 * log(g) - 0.0069, 0.015, 0.04)
        : 0.0069 * g ** 3 - 0.028 * g * g + 0.0211 * g + 0.0123,
  ],
  [
    'hermes-one-device',
    (p) => p.programming.deviation,
    (g) => 0.15781817 + 2.32443916 * g - 2.16310839 * g ** 2 + 0.68841818 * g ** 3,
  ],
  ['hermes-one-device', (p) => p.drift.exponentMean, hermesMean],
  [
    'hermes-one-device',
    (p) => p.drift.exponentDeviation,
    (g) =>
      g < 0.3039 ? clamp(-0.012 * log(g) - 0.0023, 0.0124, 0.04) : -0.0165 * g * g + 0.0116 * g + 0.0104,
  ],
  [
    'hermes-one-device',
    (p) => p.readNoise.relative,
    (g) =>
      g < 0.1591
        ? clamp(-0.0078 * log(g) + 0.0038, 0.0179, 0.04)
        : 0.0664 * g ** 3 - 0.1352 * g * g + 0.0768 * g + 0.0088,
  ],
  ['pcm-like', (p) => p.programming.deviation, (g) => 0.26348 + 1.965 * g - 1.1731 * g * g],
  ['pcm-like', (p) => p.drift.exponentMean, (g) => clamp(-0.0155 * log(g) + 0.0244, 0.049, 0.1)],
  ['pcm-like', (p) => p.drift.exponentDeviation, (g) => clamp(-0.0125 * log(g) - 0.0059, 0.008, 0.045)],
  ['pcm-like', (p) => p.readNoise.relative, (g) => Math.min(0.0088 / Math.max(g ** 0.65, 1e-3), 0.2)],
];

for (const [i, [name, select, formula]] of formulas.entries())
  test(`published curve ${i} of ${name}`, (t) => {
    const pieces = select(loadProfile(name));
    for (let g = 0; g <= 1.2; g += 0.01) {
      const expected = formula(Math.max(g, 1e-7));
      t.true(Math.abs(evaluateCurve(pieces, g) / expected - 1) < (g === 0 ? 1e-5 : 1e-12), `g ${g}`);
    }
  });

test('every profile is valid and holds its slow noise to about a second', (t) => {
  for (const name of profileNames) {
    const profile = loadProfile(name);
    t.is(profile.name, name);
    t.true(slowNoisePeriod(profile.readNoise) > 1 && slowNoisePeriod(profile.readNoise) < 1.1);
  }
});

test('a profile that would overflow, or whose pieces are out of order, is refused', (t) => {
  const hermes = loadProfile('hermes');
  t.false(profileSchema.safeParse({ ...hermes, rows: 513 }).success);
  t.true(profileSchema.safeParse({ ...hermes, rows: 512 }).success);
  t.false(
    profileSchema.safeParse({ ...hermes, readNoise: { ...hermes.readNoise, fastOctaves: 30 } }).success,
  );
  const constant = { form: 'polynomial', coefficients: [1] };
  t.false(curve.safeParse([{ ...constant, below: 0.2 }]).success);
  t.false(curve.safeParse([constant, constant]).success);
  t.false(curve.safeParse([{ ...constant, below: 0.2 }, { ...constant, below: 0.1 }, constant]).success);
});

test('a bad profile file says what is wrong with it', (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'profile-')), 'mine.json');
  const failure = () => t.throws(() => loadProfile(file), { instanceOf: ProfileError })!.message;
  t.regex(failure(), /name one of hermes/);
  writeFileSync(file, '{');
  t.regex(failure(), /is not JSON/);
  writeFileSync(file, JSON.stringify({ ...loadProfile('ideal'), rows: 0 }));
  t.regex(failure(), /rows/);
  writeFileSync(file, JSON.stringify({ ...loadProfile('ideal'), rows: 12 }));
  t.is(loadProfile(file).rows, 12);
});
