import { join } from 'node:path';
import test from 'ava';
import { bundledModel, pcm, temporaryFolder } from '../rig.js';
import { writeProfile } from '../fixtures/profiles.js';
import { writeShapes } from '../fixtures/images.js';

test('flash, verify, refresh and learn end with 1 and a sentence on a chip with dead devices, unless allowed', async (t) => {
  const folder = await temporaryFolder();
  const file = await writeProfile(folder, ({ faults }) => (faults.deadFraction = 0.4));
  const board = `emulator:${file}?state=${join(folder, 'board.pcm')}`;
  const { classes } = await writeShapes(folder);
  for (const [command, ...args] of [['flash'], ['verify'], ['refresh'], ['learn', '--classes', classes]]) {
    const { code, stdout, stderr } = await pcm(command, bundledModel, ...args, '--board', board, '--json');
    t.is(code, 1, command);
    t.regex(stderr, /layer conv1, core \d, columns \d.*--allow-faults/, command);
    if (command === 'learn') continue;
    const report = JSON.parse(stdout) as { sound: boolean; faults: unknown[] };
    t.false(report.sound);
    t.true(report.faults.length > 0);
  }
  for (const [command, ...args] of [['verify'], ['learn', '--classes', classes]]) {
    const allowed = await pcm(command, bundledModel, ...args, '--allow-faults', '--board', board, '--json');
    t.is(allowed.code, 0, allowed.stderr);
    t.regex(
      allowed.stderr,
      /^Warning: The board does not hold the model soundly: layer conv1, core 0/m,
      command,
    );
  }
});

test('demo does not show a board with dead devices as if it were in order', async (t) => {
  const folder = await temporaryFolder();
  const file = await writeProfile(folder, ({ faults }) => (faults.deadFraction = 0.4));
  const { code, stderr } = await pcm(
    'demo',
    '--board',
    `emulator:${file}`,
    '--out',
    join(folder, 'demo.html'),
  );
  t.is(code, 1);
  t.regex(stderr, /layer conv1, core \d, columns \d.*--allow-faults/);
});
