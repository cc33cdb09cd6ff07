import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodeNpy } from '../../../data/index.js';
import { Emulator, pcm, pcmJson, refused, temporaryFolder } from '../rig.js';

test('arrays that cannot be used are refused before the board is touched, and no partial file is written', async (t) => {
  const folder = await temporaryFolder();
  const emulator = await Emulator.start('--profile', 'ideal');
  const board = ['--board', emulator.url, '--core', '0'];
  const path = (name: string) => join(folder, name);
  const plane = new Float32Array(2 * 256 * 256);
  const arrays = {
    'small.npy': { shape: [2, 3, 4], data: new Float32Array(24) },
    'bytes.npy': { shape: [2, 256, 256], data: new Int8Array(2 * 256 * 256) },
    'hot.npy': { shape: [2, 256, 256], data: plane.with(5, 25.1) },
    'nan.npy': { shape: [2, 256, 256], data: plane.with(6, Number.NaN) },
    'codes.npy': { shape: [1, 256], data: new Int8Array(256).with(9, -128) },
  };
  for (const [name, array] of Object.entries(arrays)) await writeFile(path(name), encodeNpy(array));
  await writeFile(path('cut.npy'), encodeNpy(arrays['small.npy']).subarray(0, 150));
  const program = async (name: string, sentence: RegExp) =>
    refused(t, await pcm('program', '--targets', path(name), ...board), 1, sentence);
  await program('none.npy', /none\.npy: there is no such file/);
  await program('small.npy', /small\.npy is float32 \[2, 3, 4\], it must be float32 \[2, 256, 256\]/);
  await program('bytes.npy', /is int8 .*, it must be float32/);
  await program('hot.npy', /asks for 25\.1\d* microsiemens at element 5; targets go from 0 to 25/);
  await program('nan.npy', /asks for NaN microsiemens at element 6/);
  await program('cut.npy', /cut\.npy: .*truncated/);
  const multiply = await pcm('multiply', '--inputs', path('codes.npy'), '--out', path('out.npy'), ...board);
  refused(t, multiply, 1, /The board refused .*-128 at position 9/);
  const read = await pcm('read', '--out', join(folder, 'nowhere/out.npy'), ...board);
  refused(t, read, 1, /Cannot read or write .*nowhere\/out\.npy: there is no folder .*nowhere;/);
  t.like(await pcmJson('info', '--board', emulator.url), { programmedPairs: 0, multiplications: 0 });
  t.deepEqual((await readdir(folder)).sort(), [...Object.keys(arrays), 'cut.npy'].sort());
  await emulator.stop();
});
