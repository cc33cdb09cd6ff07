import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { bundledModels } from '../../../network/node/index.js';
import { checkOutput, OutputFile } from '../../../cli/files/output-file.js';
import { bundledModel, pcm, refused, temporaryFolder } from '../rig.js';
import { writeShapes } from '../fixtures/images.js';

/** No board listens here: a command that spoke of the board first would say so. */
const board = ['--board', 'tcp://127.0.0.1:9'];

test('a file that cannot be written is told before the board is asked for anything', async (t) => {
  const folder = await temporaryFolder();
  const { classes } = await writeShapes(folder);
  const missing = join(folder, 'missing', 'file');
  const calls = [
    ['demo', ...board, '--out'],
    ['learn', bundledModel, '--data', classes, ...board, '--out'],
    ['arm', bundledModels.arm, ...board, '--out'],
    ['drift', bundledModel, '--data', classes, ...board, '--out'],
    ['drift', bundledModel, '--data', classes, ...board, '--log'],
    ['drift', bundledModel, '--data', classes, ...board, '--record'],
    ['calibrate', ...board, '--out'],
    ['calibrate', ...board, '--record'],
    ['conformance', ...board, '--junit'],
    ['read', '--core', '0', ...board, '--out'],
    ['multiply', '--core', '0', '--inputs', missing, ...board, '--out'],
    ['import', 'no-such-network.onnx', '--out'],
    ['train', 'omniglot', '--data', classes, '--out'],
    ['train', 'arm', '--out'],
  ];
  for (const call of calls)
    refused(t, await pcm(...call, missing), 1, /missing.file: there is no folder .*missing;/);
});

const onLinux = process.platform === 'linux' ? test : test.skip; // needs /dev/full

onLinux('a result is printed even if its page cannot be written any more', async (t) => {
  const run = await pcm('calibrate', '--dry-run', '--board', 'emulator:hermes', '--out', '/dev/full');
  t.is(run.code, 1);
  t.regex(run.stderr, /\/dev\/full: ENOSPC/);
  t.regex(run.stdout, /core/i);
});

test('a file that is not written in the end leaves nothing, and keeps the one that was there', async (t) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'kept.html');
  await writeFile(path, 'before');
  await symlink(path, join(folder, 'link.html'));
  {
    await using file = await OutputFile.open(join(folder, 'link.html'));
    t.truthy(file);
  }
  await checkOutput(path);
  await checkOutput(join(folder, 'new.html'));
  t.is(await readFile(path, 'utf8'), 'before');
  t.deepEqual((await readdir(folder)).sort(), ['kept.html', 'link.html']);
  t.false(existsSync(join(folder, 'new.html')));
});

test('content is made only for an option that was given', async (t) => {
  await using file = await OutputFile.open(undefined);
  await file.write(() => t.fail() as unknown as string);
  t.pass();
});
