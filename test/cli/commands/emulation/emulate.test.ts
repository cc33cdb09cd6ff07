import test from 'ava';
import { Emulator, pcm, refused } from '../../rig.js';

test('two emulators on one port: the second says so and ends', async (t) => {
  const emulator = await Emulator.start();
  const place = emulator.url.replace('tcp://', '');
  refused(t, await pcm('emulate', '--tcp', place), 1, /already listens there\. Choose another port/);
  t.is((await pcm('info', '--board', emulator.url)).code, 0);
  t.is(await emulator.stop('SIGTERM'), 0);
});
