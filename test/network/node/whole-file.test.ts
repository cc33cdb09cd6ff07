import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdtemp, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { openGrowing, openWhole, writeWhole } from '../../../network/node/whole-file.js';

async function appendTo(path: string, content: string): Promise<void> {
  await using file = await openGrowing(path);
  await file.append(content);
}

const folderOf = () => mkdtemp(join(tmpdir(), 'pcm-whole-'));

test('a link stays, and the file that it leads to is replaced or made', async (t) => {
  const folder = await folderOf();
  await writeFile(join(folder, 'real'), 'old');
  await symlink('real', join(folder, 'link'));
  await symlink('absent', join(folder, 'dangling'));
  await writeWhole(join(folder, 'link'), 'new');
  await writeWhole(join(folder, 'dangling'), 'made');
  t.is(await readlink(join(folder, 'link')), 'real');
  t.is(await readFile(join(folder, 'real'), 'utf8'), 'new');
  t.is(await readlink(join(folder, 'dangling')), 'absent');
  t.is(await readFile(join(folder, 'absent'), 'utf8'), 'made');
  t.is((await readdir(folder)).length, 4);
});

test('a pipe is written to and stays a pipe', async (t) => {
  const pipe = join(await folderOf(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = text(createReadStream(pipe));
  await writeWhole(pipe, 'content');
  t.is(await read, 'content');
  t.true((await lstat(pipe)).isFIFO());
});

test('errors have the path that was given, and leave nothing behind', async (t) => {
  const folder = await folderOf();
  await symlink('round', join(folder, 'round'));
  for (const [path, code] of [
    [join(folder, 'no', 'file'), 'ENOENT'],
    [join(folder, 'round'), 'ELOOP'],
    [folder, 'EISDIR'],
  ]) {
    for (const attempt of [() => writeWhole(path, 'x'), () => openWhole(path), () => appendTo(path, 'x')]) {
      const error = await t.throwsAsync(attempt());
      t.like(error, { code, path });
    }
  }
  t.deepEqual(await readdir(folder), ['round']);
});

test('what is appended follows links, goes behind what is there, and into a pipe', async (t) => {
  const folder = await folderOf();
  const file = join(folder, 'log');
  await symlink('log', join(folder, 'link'));
  await appendTo(file, 'one\n');
  await Promise.all(['two\n', 'three\n'].map((line) => appendTo(join(folder, 'link'), line)));
  t.deepEqual((await readFile(file, 'utf8')).split('\n').sort(), ['', 'one', 'three', 'two']);
  t.is(await readlink(join(folder, 'link')), 'log');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = text(createReadStream(pipe));
  await appendTo(pipe, 'content');
  t.is(await read, 'content');
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a full disk is an error with the path, however it is written to', async (t) => {
  for (const write of [writeWhole, appendTo])
    t.like(await t.throwsAsync(write('/dev/full', 'x')), { code: 'ENOSPC', path: '/dev/full' });
});
