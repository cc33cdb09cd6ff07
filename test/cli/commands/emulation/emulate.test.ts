import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpawnOptions } from 'node:child_process';
import test from 'ava';
import { Emulator, finished, pcm, refused, start } from '../../rig.js';

const onUnix = process.platform === 'win32' ? test.skip : test;
const isRoot = process.geteuid?.() === 0;
/** A user that no file of the system names, as with `docker run -u 12345`. */
const stranger: SpawnOptions = isRoot ? { uid: 12_345, gid: 12_345 } : {};

test('two emulators on one port: the second says so and ends', async (t) => {
  const emulator = await Emulator.start();
  const place = emulator.url.replace('tcp://', '');
  refused(t, await pcm('emulate', '--tcp', place), 1, /already listens there\. Choose another port/);
  t.is((await pcm('info', '--board', emulator.url)).code, 0);
  t.is(await emulator.stop('SIGTERM'), 0);
});

test('an empty secret does not leave an emulator open to everyone', async (t) => {
  refused(
    t,
    await pcm('emulate', '--tcp', '127.0.0.1:0', '--token', ''),
    2,
    /^--token is empty; give a secret/,
  );
});

onUnix('a recording without an end is refused', async (t) => {
  refused(t, await pcm('emulate', '--replay', '/dev/zero'), 1, /^\/dev\/zero is larger than \d+ MiB/);
});

onUnix('where an emulator cannot be registered it says so, gives its address and answers', async (t) => {
  const readOnly = mkdtempSync(join(tmpdir(), 'pcm-read-only-'));
  chmodSync(readOnly, 0o555);
  for (const folder of [readOnly, '/nowhere', '/proc/self']) {
    const env = { XDG_RUNTIME_DIR: '', TMPDIR: folder };
    const emulator = await Emulator.startWith({ ...stranger, env });
    let said = '';
    emulator.process.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    t.is((await pcm('info', '--board', emulator.url)).code, 0);
    t.is(await emulator.stop(), 0);
    t.regex(said, /^'pcm list' will not find this emulator: E[A-Z]+: .*\.\n$/, folder);
  }
});

(isRoot ? onUnix : test.skip)('a user id without a name has an emulator, and finds it', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'pcm-stranger-'));
  chmodSync(home, 0o1777);
  const options = { ...stranger, env: { XDG_RUNTIME_DIR: '', TMPDIR: home, HOME: undefined } };
  const emulator = await Emulator.startWith(options);
  const { stdout } = await finished(start(['list'], options));
  t.true(stdout.includes(emulator.url), stdout);
  t.is(await emulator.stop(), 0);
});
