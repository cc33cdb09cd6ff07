import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { pcm, root, temporaryFolder } from '../../rig.js';

/** Writes a small `hermes` whose converters are off by this many codes (standard deviation). */
async function writeProfile(folder: string, offsetDeviation: number): Promise<string> {
  const profile = JSON.parse(await readFile(join(root, 'emulator/profiles/hermes.json'), 'utf8')) as {
    adc: { offsetDeviation: number };
  };
  profile.adc.offsetDeviation = offsetDeviation;
  const file = join(folder, `offset${offsetDeviation}.json`);
  await writeFile(file, JSON.stringify({ ...profile, rows: 64, columns: 32 }));
  return file;
}

test('calibrate shows how many codes are at the limits of the converters, and warns of many', async (t) => {
  const folder = await temporaryFolder();
  for (const [offsetDeviation, warned] of [
    [2, false],
    [500, true],
  ] as const) {
    const board = ['--board', `emulator:${await writeProfile(folder, offsetDeviation)}`];
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
  const file = await writeProfile(folder, 0);
  const profile = JSON.parse(await readFile(file, 'utf8')) as {
    cores: number;
    faults: { deadFraction: number };
  };
  profile.cores = 1;
  profile.faults.deadFraction = 1;
  await writeFile(file, JSON.stringify(profile));
  const { code, stdout, stderr } = await pcm('calibrate', '--board', `emulator:${file}`);
  t.is(code, 1);
  t.regex(stdout, /^0 of 32 columns are calibrated\.$/m);
  t.regex(stderr, /No column of the board could be calibrated: none answers as it reads; check/);
});
