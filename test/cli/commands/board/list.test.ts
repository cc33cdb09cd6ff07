import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Emulator, finished, start } from '../../rig.js';

const onUnix = process.platform === 'win32' ? test.skip : test;

const SECRET = 'a secret of ours';

/** A user whose emulators are registered in a folder of this test. */
function user() {
  const XDG_RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'pcm-list-'));
  const folder = join(XDG_RUNTIME_DIR, 'pcm-hil');
  mkdirSync(folder, { mode: 0o700 });
  return {
    env: { XDG_RUNTIME_DIR, PCM_TOKEN: SECRET },
    plant: (content: string) => writeFileSync(join(folder, `${process.pid}-0123456789abcdef.json`), content),
  };
}

onUnix('a note that is none is told, and the list goes on', async (t) => {
  const { env, plant } = user();
  plant('{"boards":5}');
  const { code, stdout, stderr } = await finished(start(['list', '--json'], { env }));
  t.is(code, 0, stderr);
  t.deepEqual((JSON.parse(stdout) as { boards: unknown }).boards, []);
  t.regex(stderr, /Could not read .*: it is not the note of an emulator; remove it\./);
});

onUnix('a token goes to no board that was only found', async (t) => {
  const { env, plant } = user();
  let heard = '';
  const stranger = createServer((socket) =>
    socket.on('data', (bytes) => (heard += bytes.toString('latin1'))),
  );
  await once(stranger.listen(0, '127.0.0.1'), 'listening');
  const { port } = stranger.address() as AddressInfo;
  plant(JSON.stringify({ boards: [`tcp://127.0.0.1:${port}`] }));
  const { code, stdout } = await finished(start(['list', '--token', SECRET], { env }));
  stranger.close();
  t.is(code, 0);
  t.regex(stdout, new RegExp(`tcp://127.0.0.1:${port}`));
  t.true(heard.includes('pcm list'), 'no hello arrived');
  t.false(heard.includes(SECRET));
});

onUnix('an emulator that demands a token is listed with what to do', async (t) => {
  const { env } = user();
  const emulator = await Emulator.startWith({ env });
  const { stdout } = await finished(start(['list'], { env }));
  t.true(stdout.includes(`${emulator.url} `), stdout);
  t.true(
    stdout.includes(`It demands a token, which only a board that you name gets: --board ${emulator.url}.`),
  );
  t.is((await finished(start(['info', '--board', emulator.url], { env }))).code, 0);
  t.is(await emulator.stop(), 0);
  t.false((await finished(start(['list'], { env }))).stdout.includes(emulator.url));
});
