import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeShapes } from '../../fixtures/images.js';
import { bundledModel, finished, pcmJson, start, temporaryFolder } from '../../rig.js';

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

test('Ctrl-C ends it after the current task: the figures up to then, one sentence, exit code 1', async (t) => {
  const { classes } = await writeShapes(await temporaryFolder());
  const child = start(['learn', bundledModel, '--data', classes, ...task, '--tasks', '100000', '--json']);
  let stopped = false;
  child.stderr!.on('data', (text: string) => {
    if (!stopped && /learning: /.test(text)) stopped = child.kill('SIGINT');
  });
  const { code, stdout, stderr } = await finished(child);
  t.is(code, 1);
  const { tasks } = JSON.parse(stdout) as { tasks: number };
  t.true(tasks > 0 && tasks < 100_000);
  t.true(stderr.endsWith(`Stopped after ${tasks} of 100000 tasks; the figures are for those.\n`), stderr);
});
