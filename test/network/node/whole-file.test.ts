import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdtemp, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { openWhole, writeWhole } from '../../../network/node/whole-file.js';

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
    for (const attempt of [() => writeWhole(path, 'x'), () => openWhole(path)]) {
      const error = await t.throwsAsync(attempt());
      t.like(error, { code, path });
    }
  }
  t.deepEqual(await readdir(folder), ['round']);
});
