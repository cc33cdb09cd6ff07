import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeBadModels } from '../../fixtures/bad-models.js';
import { writeShapes } from '../../fixtures/images.js';
import { Emulator, bundledModel, pcm, pcmJson, refused, temporaryFolder } from '../../rig.js';

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
  if (process.platform !== 'win32')
    await learn(/^\/dev\/zero is larger than/, '--classes', classes, '--classify', '/dev/zero');

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
