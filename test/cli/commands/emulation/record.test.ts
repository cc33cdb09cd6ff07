import { readFile, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { pcm, temporaryFolder } from '../../rig.js';

test('a recording to a missing folder is refused before the command runs', async (t) => {
  const folder = await temporaryFolder();
  const out = join(folder, 'no', 'session.pcmlog');
  const ran = join(folder, 'ran');
  const { code, stderr } = await pcm('record', '--out', out, '--', 'touch', ran);
  t.is(code, 1);
  t.is(stderr, `Cannot read or write ${out}: there is no folder ${dirname(out)}; create it first.\n`);
  t.deepEqual(await readdir(folder), []);
});

test('a recording goes through a link, and a command without requests leaves nothing', async (t) => {
  const folder = await temporaryFolder();
  const out = join(folder, 'link');
  await symlink('session.pcmlog', out);
  t.is((await pcm('record', '--out', out, '--', 'true')).code, 1);
  t.deepEqual(await readdir(folder), ['link']);
  const { code } = await pcm('record', '--out', out, '--', process.execPath, 'dist/cli/main.js', 'info');
  t.is(code, 0);
  t.deepEqual((await readdir(folder)).sort(), ['link', 'session.pcmlog']);
  t.regex(await readFile(out, 'utf8'), /"maxPayload"/);
});
