import test from 'ava';
import { writeProfile } from '../../fixtures/profiles.js';
import { pcm, temporaryFolder } from '../../rig.js';

/** A small chip. */
const small = { rows: 64, columns: 32 };

test('calibrate shows how many codes are at the limits of the converters, and warns of many', async (t) => {
  const folder = await temporaryFolder();
  for (const [offsetDeviation, warned] of [
    [2, false],
    [500, true],
  ] as const) {
    const file = await writeProfile(folder, (profile) => {
      profile.adc.offsetDeviation = offsetDeviation;
      Object.assign(profile, small);
    });
    const board = ['--board', `emulator:${file}`];
    const { code, stdout, stderr } = await pcm('calibrate', ...board, '--json');
    t.is(code, 0, stderr);
    const { cores, warnings } = JSON.parse(stdout) as {
      cores: { codesClipped: number }[];
      warnings: string[];
    };
    for (const { codesClipped } of cores) t.is(codesClipped > 0.05, warned, `${codesClipped}`);
    t.is(warnings.length > 0, warned);
    t.is(/Warning: Core 0: [\d.]+ % of the codes are at the limits/.test(stderr), warned, stderr);
  }
});

test('a board without one column to calibrate is not called calibrated', async (t) => {
  const folder = await temporaryFolder();
  const file = await writeProfile(folder, (profile) => {
    profile.adc.offsetDeviation = 0;
    profile.faults.deadFraction = 1;
    Object.assign(profile, { ...small, cores: 1 });
  });
  const { code, stdout, stderr } = await pcm('calibrate', '--board', `emulator:${file}`);
  t.is(code, 1);
  t.regex(stdout, /^0 of 32 columns are calibrated\.$/m);
  t.regex(stderr, /No column of the board could be calibrated: none answers as it reads; check/);
});
