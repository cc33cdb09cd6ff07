import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { curve, evaluateCurve, type Curve } from '../../../emulator/profile/curve.js';
import {
  ProfileError,
  profileNames,
  profileSchema,
  slowNoisePeriod,
} from '../../../emulator/profile/profile.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { publishedModels } from '../chip/published-models.js';

for (const [name, model] of Object.entries(publishedModels))
  test(`the curves of ${name} are those published`, (t) => {
    const { programming, drift, readNoise, conductanceMax } = loadProfile(name);
    t.deepEqual(
      [conductanceMax, drift.time0, readNoise.readTime],
      [model.conductanceMax, model.time0, model.readTime],
    );
    const curves: [Curve, (g: number) => number][] = [
      [programming.deviation, model.deviation],
      [drift.exponentMean, model.exponentMean],
      [drift.exponentDeviation, model.exponentDeviation],
      [readNoise.relative, model.readNoise],
    ];
    for (const [i, [pieces, formula]] of curves.entries())
      for (let g = 0; g <= 1.2; g += 0.01) {
        const expected = formula(Math.max(g, 1e-7));
        const bound = g === 0 ? 1e-5 : 1e-12;
        t.true(Math.abs(evaluateCurve(pieces, g) / expected - 1) < bound, `curve ${i} at ${g}`);
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

test('the error for a bad profile file names the fault', (t) => {
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

test('a profile that would take more memory than a machine has is refused before it is allocated', (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'profile-')), 'large.json');
  const load = (geometry: object) => {
    writeFileSync(file, JSON.stringify({ extends: 'hermes', inputBits: 4, ...geometry }));
    return loadProfile(file);
  };
  t.is(load({ cores: 2, rows: 4096, columns: 4096, devicesPerPolarity: 1 }).rows, 4096);
  const largest = { cores: 256, rows: 4096, columns: 4096, devicesPerPolarity: 16 };
  for (const geometry of [largest, { cores: 3, rows: 4096, columns: 4096, devicesPerPolarity: 1 }])
    t.regex(
      t.throws(() => load(geometry), { instanceOf: ProfileError })!.message,
      /cores: too many devices: .* must not exceed 67108864\.$/,
    );
});

test('a file that is larger than any profile is not read', (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'profile-')), 'endless.json');
  writeFileSync(file, ' '.repeat(1024 * 1024));
  const endless = process.platform === 'win32' ? [file] : [file, '/dev/zero'];
  for (const path of endless)
    t.regex(t.throws(() => loadProfile(path), { instanceOf: ProfileError })!.message, /is larger than 1 MiB/);
});
