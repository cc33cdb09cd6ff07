import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { Random } from '../../../network/index.js';
import { decodeNpy, encodeNpy } from '../../../data/index.js';
import { writeShapes } from '../images.js';
import { Emulator, bundledModel, pcm, pcmJson, temporaryFolder, withoutSeconds } from '../rig.js';

test('flash, verify and learn give the same JSON on fresh boards of one seed, over TCP and embedded', async (t) => {
  const { classes, files } = await writeShapes(await temporaryFolder());
  const learn = ['learn', bundledModel, '--classes', classes, '--classify', ...files];
  const overTcp = async () => {
    const emulator = await Emulator.start('--seed', '3');
    const { url } = emulator;
    const results = [
      withoutSeconds(await pcmJson('flash', bundledModel, '--board', url)),
      withoutSeconds(await pcmJson('verify', bundledModel, '--board', url)),
      await pcmJson(...learn, '--board', url),
      withoutSeconds(await pcmJson('info', '--board', url)),
    ];
    t.is(await emulator.stop(), 0);
    return results;
  };
  const [first, second] = [await overTcp(), await overTcp()];
  t.deepEqual(first, second);
  const embedded = await pcmJson('flash', bundledModel, '--board', 'emulator:hermes?seed=3');
  t.deepEqual(withoutSeconds(embedded), first[0]);
  t.is(typeof embedded.seconds, 'number');
  const other = await pcmJson('flash', bundledModel, '--board', 'emulator:hermes?seed=4');
  t.notDeepEqual(withoutSeconds(other), first[0]);
});

test("a person's own images, PNG and JPEG, are learned and recognised; the same on a fresh embedded board", async (t) => {
  const { classes, files } = await writeShapes(await temporaryFolder());
  const args = ['learn', bundledModel, '--classes', classes, '--classify', ...files];
  const result = await pcmJson(...args);
  t.deepEqual(result.classes, [
    { name: 'bar', drawings: 3 },
    { name: 'cross', drawings: 3 },
    { name: 'ring', drawings: 3 },
  ]);
  const recognised = result.files as { file: string; class: string; probabilities: Record<string, number> }[];
  for (const { file, class: name, probabilities } of recognised) {
    t.true(file.includes(`new-${name}.`), `${file} was taken for ${name}`);
    const sum = Object.values(probabilities).reduce((total, value) => total + value, 0);
    t.true(Math.abs(sum - 1) < 1e-5);
  }
  t.is(recognised.length, files.length);
  t.deepEqual(await pcmJson(...args), result);
});

test('the bench table over TCP: program, read and multiply with NumPy arrays, and the clock', async (t) => {
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
  t.deepEqual((await pcmJson('multiply', ...args)).shape, [batch, columns]);
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

  t.deepEqual(await pcmJson('clock', '--advance', '1d', '--board', url), { clockSeconds: 86_400 });
  t.deepEqual(await pcmJson('clock', '--board', url), { clockSeconds: 86_400 });
  t.is(await emulator.stop(), 0);
});

test('pcm clock warms a chip whose profile has a temperature, and says why another cannot be warmed', async (t) => {
  const thermal = ['--board', 'emulator:hermes-thermal'];
  t.deepEqual(await pcmJson('clock', '--temperature', '45', '--advance', '1h', ...thermal), {
    clockSeconds: 3600,
    temperatureCelsius: 45,
  });
  const beyond = await pcm('clock', '--temperature', '300', ...thermal);
  t.is(beyond.code, 1);
  t.regex(beyond.stderr, /celsius is 300, this chip goes from -40 to 125/);
  const none = await pcm('clock', '--temperature', '45');
  t.is(none.code, 1);
  t.regex(none.stderr, /The profile hermes says nothing of temperature; use hermes-thermal/);
});

test('what was programmed by hand is no longer taken for the model that was there', async (t) => {
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

test('an embedded board keeps its chip in a file, programs by pulses and follows the clock, as its address says', async (t) => {
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
