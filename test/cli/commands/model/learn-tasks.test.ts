import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeShapes } from '../../fixtures/images.js';
import { bundledModel, pcmJson, temporaryFolder } from '../../rig.js';

const task = ['--ways', '3', '--shots', '1', '--queries', '2'];

test('many tasks: JSON with intervals, and the page', async (t) => {
  const folder = await temporaryFolder();
  const { classes } = await writeShapes(folder);
  const out = join(folder, 'learn.html');
  const result = await pcmJson(
    'learn',
    bundledModel,
    '--data',
    classes,
    ...task,
    '--tasks',
    '2',
    '--out',
    out,
  );
  t.like(result, { tasks: 2 });
  for (const name of ['softwareCi95', 'deviceMinusFloat32', 'ci95PerUpdate']) t.true(name in result, name);
  t.regex(await readFile(out, 'utf8'), /2 tasks learned on the device/);
});
