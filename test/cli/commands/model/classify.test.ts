import { join } from 'node:path';
import test from 'ava';
import { writeShapes } from '../../fixtures/images.js';
import { bundledModel, pcm, pcmJson, refused, temporaryFolder } from '../../rig.js';

interface Classified {
  classes: string[];
  ageSeconds: number;
  files: { file: string; class: string; probabilities: Record<string, number> }[];
}

test('images are recognised by the task learned last, without learning again, also a day later', async (t) => {
  const folder = await temporaryFolder();
  const { classes, files } = await writeShapes(folder);
  const board = ['--board', `emulator:hermes?state=${join(folder, 'board.pcm')}`];
  refused(t, await pcm('classify', bundledModel, ...files, ...board), 1, /holds no model|not flashed|flash/i);
  await pcmJson('flash', bundledModel, ...board);
  refused(
    t,
    await pcm('classify', bundledModel, ...files, ...board),
    1,
    /no task that it has learned.*learn/,
  );
  const learned = await pcmJson(
    'learn',
    bundledModel,
    '--classes',
    classes,
    '--classify',
    ...files,
    ...board,
  );
  const before = await pcmJson('info', ...board);
  const soon = (await pcmJson('classify', bundledModel, ...files, ...board)) as unknown as Classified;
  t.deepEqual(soon.classes, ['bar', 'cross', 'ring']);
  t.deepEqual(
    soon.files.map(({ file, class: name }) => ({ file, class: name })),
    (learned.files as Classified['files']).map(({ file, class: name }) => ({ file, class: name })),
  );
  await pcmJson('clock', '--advance', '1d', ...board);
  const later = (await pcmJson('classify', bundledModel, ...files, ...board)) as unknown as Classified;
  t.true(later.ageSeconds >= 86_400);
  for (const { file, class: name } of later.files) t.true(file.includes(`new-${name}.`), file);
  const after = await pcmJson('info', ...board);
  t.is(after.programmedPairs, before.programmedPairs, 'nothing is programmed');
});

test('a task that was learned over, or a model that was flashed again, is not recognised by', async (t) => {
  const folder = await temporaryFolder();
  const { classes, files } = await writeShapes(folder);
  const board = ['--board', `emulator:hermes?state=${join(folder, 'board.pcm')}`];
  const task = ['--ways', '3', '--shots', '1', '--queries', '2', '--tasks', '1'];
  for (const over of [
    ['learn', bundledModel, '--data', classes, ...task],
    ['flash', bundledModel],
  ]) {
    await pcmJson('learn', bundledModel, '--classes', classes, ...board);
    await pcmJson('classify', bundledModel, files[0], ...board);
    await pcmJson(...over, ...board);
    const run = await pcm('classify', bundledModel, files[0], ...board);
    if (over[0] === 'flash' && run.code === 0) continue; // the board held the model: nothing was programmed
    refused(t, run, 1, /no task that it has learned/);
  }
  refused(t, await pcm('classify', bundledModel, join(folder, 'no.png'), ...board), 1, /no such image/);
});
