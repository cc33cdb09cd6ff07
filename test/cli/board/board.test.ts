import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decodeNpy, encodeNpy } from '../../../data/index.js';
import { pcm, pcmJson, refused, temporaryFolder } from '../rig.js';

test('an address that leads to no board: one sentence each', async (t) => {
  const refusedInfo = async (board: string, sentence: RegExp, code = 2) =>
    refused(t, await pcm('info', '--board', board, '--json'), code, sentence);
  await refusedInfo('tcp://127.0.0.1:1', /^No board answers at tcp:\/\/127\.0\.0\.1:1 .*pcm emulate/, 1);
  await refusedInfo('telnet://127.0.0.1:1', /must begin with one of tcp:.*emulator:/);
  await refusedInfo('tcp://127.0.0.1', /write tcp:\/\/HOST:PORT/);
  await refusedInfo('emulator:nonesuch', /There is no profile "nonesuch"/);
  await refusedInfo(
    'emulator:ideal?sead=1',
    /no parameter 'sead', only seed, .*write emulator:PROFILE\?seed=N/,
  );
  await refusedInfo('emulator:ideal?seed=-1', /the seed must be a whole number of at least 0/);
  await refusedInfo('emulator:ideal?clock=backwards', /the clock must be manual, real, or/);
  await refusedInfo('emulator:ideal?programming=wishes', /programming must be statistical or pulses/);
  await refusedInfo(
    'emulator:ideal?state=/no/such/folder/chip',
    /state file \/no\/such\/folder\/chip cannot/,
    1,
  );
});

test('the address of an embedded board sets its state file, pulse programming and clock', async (t) => {
  const folder = await temporaryFolder();
  const targets = join(folder, 'targets.npy');
  const data = new Float32Array(2 * 256 * 256).fill(8, 0, 12);
  await writeFile(targets, encodeNpy({ shape: [2, 256, 256], data }));
  const state = join(folder, 'chip.pcm');
  const address = `emulator:hermes?seed=6&programming=pulses&clock=1000&state=${state}`;
  const board = ['--board', address];
  const report = await pcmJson('program', '--core', '1', '--targets', targets, ...board);
  t.true((report.iterations as number) > (report.pairs as number));

  const read = async (...args: string[]) => {
    const out = join(folder, 'conductances.npy');
    await pcmJson('read', '--core', '1', '--out', out, ...args);
    return decodeNpy(new Uint8Array(await readFile(out))).data.slice(0, 12);
  };
  const kept = await read(...board);
  t.true(kept.every((microsiemens) => Math.abs(microsiemens - 8) < 4));
  const fresh = await read('--board', 'emulator:hermes?seed=6');
  t.true(fresh.every((microsiemens) => microsiemens < 1));

  const { clockSeconds } = await pcmJson('info', ...board);
  t.true((clockSeconds as number) > 1);
  const other = await pcm('info', '--board', `emulator:hermes?seed=7&programming=pulses&state=${state}`);
  t.regex(other.stderr, /seed 6, this one has seed 7/);
});
