import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { decodeNpy, encodeNpy } from '../../../../data/index.js';
import { Random } from '../../../../network/index.js';
import { Emulator, bundledModel, pcm, pcmJson, temporaryFolder } from '../../rig.js';
import { writeProfile } from '../../fixtures/profiles.js';

test('over TCP: program, read and multiply with NumPy arrays, and the clock', async (t) => {
  const folder = await temporaryFolder();
  const emulator = await Emulator.start('--profile', 'ideal');
  const { url } = emulator;
  const file = (name: string) => join(folder, name);
  const random = new Random(1);
  const [rows, columns, batch] = [256, 256, 3];
  const nanosiemens = Uint16Array.from({ length: 2 * rows * columns }, () => random.below(25_001));
  const microsiemens = Float32Array.from(nanosiemens, (conductance) => conductance / 1000);
  await writeFile(file('targets.npy'), encodeNpy({ shape: [2, rows, columns], data: microsiemens }));
  const programmed = await pcmJson(
    'program',
    '--core',
    '1',
    '--targets',
    file('targets.npy'),
    '--board',
    url,
  );
  t.like(programmed, { pairs: rows * columns, converged: rows * columns, rmsErrorMicrosiemens: 0 });

  const read = await pcmJson('read', '--core', '1', '--out', file('read.npy'), '--board', url);
  t.deepEqual(read.shape, [2, rows, columns]);
  t.deepEqual(decodeNpy(await readFile(file('read.npy'))), { shape: [2, rows, columns], data: microsiemens });
  const other = await pcmJson('read', '--core', '0', '--board', url);
  t.is((other.conductances as number[][][]).flat(2).filter((value) => value !== 0).length, 0);

  const inputs = Int8Array.from({ length: batch * rows }, () => random.below(255) - 127);
  await writeFile(file('inputs.npy'), encodeNpy({ shape: [batch, rows], data: inputs }));
  const args = ['--core', '1', '--inputs', file('inputs.npy'), '--out', file('codes.npy'), '--board', url];
  const multiplied = await pcmJson('multiply', ...args);
  t.deepEqual(multiplied.shape, [batch, columns]);
  const codes = decodeNpy(await readFile(file('codes.npy')));
  t.true(codes.data instanceof Int16Array);
  const { adcStepMicrosiemens } = (await pcmJson('info', '--board', url)) as { adcStepMicrosiemens: number };
  const plane = rows * columns;
  for (const [at, code] of codes.data.entries()) {
    const [vector, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let row = 0; row < rows; row++)
      sum +=
        inputs[vector * rows + row] *
        (nanosiemens[row * columns + column] - nanosiemens[plane + row * columns + column]);
    const expected = Math.max(-8192, Math.min(8191, sum / (1000 * adcStepMicrosiemens)));
    if (Math.abs(code - expected) > 0.51) t.is(code, expected);
  }

  const clipped = codes.data.filter((code) => code === -8192 || code === 8191).length / codes.data.length;
  t.is(multiplied.codesClipped, clipped);

  t.deepEqual(await pcmJson('clock', '--advance', '1d', '--board', url), { clockSeconds: 86_400 });
  t.deepEqual(await pcmJson('clock', '--board', url), { clockSeconds: 86_400 });
  t.is(await emulator.stop(), 0);
});

test('after programming by hand, the board no longer claims to hold the model', async (t) => {
  const folder = await temporaryFolder();
  const emulator = await Emulator.start();
  const { url } = emulator;
  await pcmJson('flash', bundledModel, '--board', url);
  const targets = join(folder, 'zeros.npy');
  await writeFile(targets, encodeNpy({ shape: [2, 256, 256], data: new Float32Array(2 * 256 * 256) }));
  t.is((await pcm('verify', bundledModel, '--board', url)).code, 0);
  await pcmJson('program', '--core', '0', '--targets', targets, '--board', url);
  const { code, stderr } = await pcm('verify', bundledModel, '--board', url);
  t.is(code, 1);
  t.regex(stderr, /The board holds no model/);
  await emulator.stop();
});

test('a full-scale multiplication ends with a warning that all codes are at the limit', async (t) => {
  const folder = await temporaryFolder();
  const file = (name: string) => join(folder, name);
  const board = ['--core', '0', '--board', `emulator:hermes?state=${file('board.pcm')}`];
  const plane = 256 * 256;
  const targets = new Float32Array(2 * plane).fill(20.7, 0, plane);
  await writeFile(file('targets.npy'), encodeNpy({ shape: [2, 256, 256], data: targets }));
  await writeFile(file('inputs.npy'), encodeNpy({ shape: [2, 256], data: new Int8Array(512).fill(127) }));
  await pcmJson('program', '--targets', file('targets.npy'), ...board);
  const files = ['--inputs', file('inputs.npy'), '--out', file('codes.npy')];
  const { code, stdout, stderr } = await pcm('multiply', ...files, ...board, '--json');
  t.is(code, 0);
  t.regex(stderr, /^Warning: 100\.0 % of the codes are at the limit of their converter; .*\.\n$/);
  t.like(JSON.parse(stdout), { codesClipped: 1, warnings: [stderr.slice('Warning: '.length, -1)] });
});

test('program warns of a core most of whose pairs do not converge', async (t) => {
  const folder = await temporaryFolder();
  const profile = await writeProfile(folder, (hermes) => {
    hermes.faults.deadFraction = 1;
    Object.assign(hermes, { rows: 16, columns: 8 });
  });
  const targets = join(folder, 'targets.npy');
  const data = new Float32Array(2 * 16 * 8).fill(20);
  await writeFile(targets, encodeNpy({ shape: [2, 16, 8], data }));
  const args = ['program', '--core', '0', '--targets', targets, '--board', `emulator:${profile}`, '--json'];
  const { stdout, stderr } = await pcm(...args);
  const { converged, warnings } = JSON.parse(stdout) as { converged: number; warnings: string[] };
  t.is(converged, 0);
  t.regex(warnings[0], /^Only 0\.0 % of the pairs converged/);
  t.true(stderr.includes(`Warning: ${warnings[0]}`));
});
