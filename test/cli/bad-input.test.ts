import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodeNpy } from '../../data/index.js';
import { writeBadModels } from './bad-models.js';
import { writeShapes } from './images.js';
import { Emulator, type Run, bundledModel, pcm, pcmJson, temporaryFolder } from './rig.js';

/** Ended with the code and one sentence on stderr that says what is wrong; nothing on stdout. */
function refused(t: import('ava').ExecutionContext, run: Run, code: number, sentence: RegExp): void {
  t.is(run.code, code, run.stderr);
  t.regex(run.stderr, sentence);
  t.regex(run.stderr, /^[^\n]+\.\n$/, 'not one sentence');
  t.notRegex(run.stderr, /unexpectedly/);
  t.is(run.stdout, '');
}

test('an address where no board can be: one sentence each', async (t) => {
  const refusedInfo = async (board: string, sentence: RegExp) =>
    refused(t, await pcm('info', '--board', board, '--json'), 1, sentence);
  await refusedInfo('tcp://127.0.0.1:1', /^No board answers at tcp:\/\/127\.0\.0\.1:1 .*pcm emulate/);
  await refusedInfo('telnet://127.0.0.1:1', /must begin with one of tcp:.*emulator:/);
  await refusedInfo('tcp://127.0.0.1', /write tcp:\/\/HOST:PORT/);
  await refusedInfo('emulator:nonesuch', /There is no profile "nonesuch"/);
  await refusedInfo('emulator:ideal?sead=1', /no 'sead', only seed, .*write emulator:PROFILE\?seed=N/);
  await refusedInfo('emulator:ideal?seed=-1', /a seed is a whole number/);
  await refusedInfo('emulator:ideal?clock=backwards', /a clock is manual, real, or/);
  await refusedInfo('emulator:ideal?programming=wishes', /programming is statistical or pulses/);
  await refusedInfo(
    'emulator:ideal?state=/no/such/folder/chip',
    /state file \/no\/such\/folder\/chip cannot/,
  );
});

test('models that cannot be used, and tasks that cannot be drawn, leave the board untouched', async (t) => {
  const folder = await temporaryFolder();
  const emulator = await Emulator.start();
  const board = ['--board', emulator.url];
  const before = await pcmJson('info', ...board);
  const model = await writeBadModels(folder);
  const flash = async (name: string, sentence: RegExp) =>
    refused(t, await pcm('flash', model(name), ...board), 1, sentence);
  await flash('missing', /missing\.safetensors: there is no such model file/);
  await flash('truncated', /truncated\.safetensors: The file is truncated/);
  await flash('beheaded', /This is not a safetensors file/);
  await flash('foreign', /This is not a safetensors file/);
  await flash('undescribed', /no description under "pcm-hil"/);
  await flash('NaN', /holds NaN or infinite weights/);
  await flash('Infinity', /holds NaN or infinite weights/);
  await flash('wide', /Layer \w+ has 300 columns, a core of this chip has 256; make the layer narrower/);

  const { classes } = await writeShapes(folder);
  const learn = async (sentence: RegExp, ...args: string[]) =>
    refused(t, await pcm('learn', bundledModel, ...args, ...board), 1, sentence);
  const data = join(folder, 'data');
  for (const character of ['character01', 'character02']) {
    await mkdir(join(data, 'Martian', character), { recursive: true });
    for (const file of ['1.png', '3.png'])
      await writeFile(join(data, 'Martian', character, file), await readFile(join(classes, 'bar', file)));
  }
  const task = ['--data', data, '--ways', '2', '--shots', '1', '--queries', '1'];
  await learn(/3 ways need 3 classes, but there are only 2/, ...task, '--ways', '3');
  await learn(/2 shots and 1 queries need 3 drawings a class, but .* has only 2/, ...task, '--shots', '2');
  await learn(/The alphabet Klingon is not in .*; there are Martian/, ...task, '--alphabets', 'Klingon');
  await learn(/there is no such folder or zip file/, '--data', join(folder, 'nowhere'));
  await learn(/holds no subfolders of images/, '--classes', join(classes, 'bar'));
  await learn(/nowhere\.png: there is no such image/, '--classes', classes, '--classify', 'nowhere.png');

  const whole = await readFile(join(classes, 'bar/1.png'));
  for (const [name, bytes] of Object.entries({
    'cut.png': whole.subarray(0, whole.length / 2),
    'empty.png': new Uint8Array(),
    'flipped.png': whole.map((byte, at) => (at === 60 ? byte ^ 255 : byte)),
    'cut.jpg': (await readFile(join(classes, 'bar/2.jpg'))).subarray(0, 100),
    'letter.jpg': Buffer.from('no image'),
  })) {
    await writeFile(join(folder, name), bytes);
    const sentence = new RegExp(`${name} is (damaged|neither)`);
    await learn(sentence, '--classes', classes, '--classify', join(folder, name));
  }
  await writeFile(join(data, 'Martian/character02/3.png'), whole.subarray(0, 80));
  await learn(/3\.png is damaged/, ...task);

  t.deepEqual(await pcmJson('info', ...board), before);
  t.is(before.programmedPairs, 0);
  await emulator.stop();
});

test('wrong usage ends with 2', async (t) => {
  const wrong = async (sentence: RegExp, ...args: string[]) => {
    const { code, stderr, stdout } = await pcm(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, sentence);
    t.is(stdout, '');
  };
  await wrong(/unknown command 'flush'/, 'flush');
  await wrong(/missing required argument 'model'/, 'learn');
  await wrong(/Say what to learn from/, 'learn', bundledModel);
  await wrong(/whole number of at least 1/, 'learn', bundledModel, '--ways', 'many');
  await wrong(/cannot be used with option/, 'learn', bundledModel, '--data', 'a', '--classes', 'b');
  await wrong(/The board has the cores 0 to 1, no core 2/, 'read', '--core', '2');
  await wrong(/Write a time such as/, 'clock', '--advance', 'soon');
  await wrong(/Write degrees Celsius/, 'clock', '--temperature', 'warm');
  await wrong(/set a secret with --token/, 'emulate', '--tcp', '0.0.0.0:0');
});

test('arrays that cannot be used are refused before the board is touched, and nothing half is written', async (t) => {
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
  refused(t, read, 1, /Cannot read or write .*nowhere\/out\.npy: ENOENT/);
  t.like(await pcmJson('info', '--board', emulator.url), { programmedPairs: 0, multiplications: 0 });
  t.deepEqual((await readdir(folder)).sort(), [...Object.keys(arrays), 'cut.npy'].sort());
  await emulator.stop();
});

test('two emulators on one port: the second says so and ends', async (t) => {
  const emulator = await Emulator.start();
  const place = emulator.url.replace('tcp://', '');
  refused(t, await pcm('emulate', '--tcp', place), 1, /already listens there\. Choose another port/);
  t.is((await pcm('info', '--board', emulator.url)).code, 0);
  t.is(await emulator.stop('SIGTERM'), 0);
});
