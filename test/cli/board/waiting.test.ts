import { join } from 'node:path';
import test from 'ava';
import { openBoard } from '../../../boards/index.js';
import { createEmulatedBoard, listenTcp, loadProfile, openPty } from '../../../emulator/node/index.js';
import { finished, pcm, refused, start, temporaryFolder } from '../rig.js';

/** Resolves when the process has written something on stderr that fits. */
const says = (child: ReturnType<typeof start>, pattern: RegExp): Promise<void> =>
  new Promise((resolve) => {
    let text = '';
    child.stderr!.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (pattern.test(text)) resolve();
    });
  });

const board = () => createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1 });

test('a second host is told who holds the board and for how long, and may wait for it', async (t) => {
  const emulated = board();
  const endpoint = await listenTcp(emulated.firmware, '127.0.0.1', 0);
  const holder = await openBoard(endpoint.url, { host: 'pcm learn' });
  const held = String.raw`The board refused \(busy\): The board is held by pcm learn at 127\.0\.0\.1:\d+, for \d+ s so far; wait until it is done, end it, or use another board\.`;

  refused(
    t,
    await pcm('info', '--board', endpoint.url),
    1,
    new RegExp(`^${held} To wait for it, add --wait 5m\\.$`, 'm'),
  );
  const inVain = await pcm('info', '--board', endpoint.url, '--wait', '1s');
  t.is(inVain.code, 1);
  t.regex(inVain.stderr, new RegExp(`^Waiting for up to 1s\\. ${held}$`, 'm'));
  t.regex(inVain.stderr, new RegExp(`^${held} It was not free within 1s; wait longer with --wait\\.$`, 'm'));
  t.is(inVain.stdout, '');

  const waiting = start(['info', '--board', endpoint.url, '--wait', '5m', '--json']);
  const end = finished(waiting);
  await says(waiting, /Waiting for up to 5m/);
  t.is((await holder.status()).clock, 0, 'the holder does not notice');
  await holder.close();
  const { code, stdout } = await end;
  t.is(code, 0);
  t.is((JSON.parse(stdout) as { profile: string }).profile, 'ideal');

  await endpoint.close();
  emulated.close();
});

test('a refusal of another kind is not waited for', async (t) => {
  const emulated = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1, token: 'secret' });
  const endpoint = await listenTcp(emulated.firmware, '127.0.0.1', 0);
  refused(t, await pcm('info', '--board', endpoint.url, '--wait', '5m'), 1, /unauthorised/);
  const { code, stderr } = await pcm('info', '--board', endpoint.url, '--wait', 'long');
  t.is(code, 2);
  t.regex(stderr, /Write a time such as/);
  await endpoint.close();
  emulated.close();
});

test('a state file that another emulator uses is waited for as well', async (t) => {
  const state = join(await temporaryFolder(), 'chip.pcm');
  const emulated = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1, state });
  const address = `emulator:ideal?state=${state}`;
  refused(t, await pcm('info', '--board', address), 1, /is in use by .* To wait for it, add --wait 5m/);
  const waiting = start(['info', '--board', address, '--wait', '5m', '--json']);
  const end = finished(waiting);
  await says(waiting, /Waiting for up to 5m\. The state file .* is in use by/);
  emulated.close();
  t.is((await end).code, 0);
});

const linux = process.platform === 'linux' ? test : test.skip;

linux('a serial port that another program has open is waited for as well', async (t) => {
  const emulated = board();
  const pty = await openPty(emulated.firmware);
  const holder = await openBoard(pty.url);
  refused(t, await pcm('info', '--board', pty.url), 1, /is held by .* To wait for it, add --wait 5m/);
  const waiting = start(['info', '--board', pty.url, '--wait', '5m', '--json']);
  const end = finished(waiting);
  await says(waiting, /Waiting for up to 5m\. serial:.* is held by/);
  await holder.close();
  t.is((await end).code, 0);
  await pty.close();
  emulated.close();
});
