import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import test from 'ava';
import { openBoard } from '../../boards/index.js';
import { LinkError } from '../../drivers/index.js';
import { Refusal } from '../../protocol/index.js';
import { UsageError } from '../../cli/terminal/failure.js';
import { defaultTcp, openEndpoints } from '../../cli/board/endpoints.js';
import { pcm, refused, start } from '../cli/rig.js';
import { boardOnTcp } from './rig.js';

const elsewhere = Object.values(networkInterfaces())
  .flat()
  .find((place) => place?.family === 'IPv4' && !place.internal)?.address;

test('an emulator that is told no address listens on loopback alone', async (t) => {
  t.is(defaultTcp.host, '127.0.0.1');
  const child = start(['emulate', '--tcp', '127.0.0.1:0', '--json']);
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const port = Number(new URL((JSON.parse(line) as { board: string }).board).port);
  if (elsewhere) {
    const socket = connect(port, elsewhere);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    t.is(error.code, 'ECONNREFUSED');
  }
  child.kill();
  await once(child, 'close');
});

test('on an address that others reach, an emulator does not start without a token', async (t) => {
  for (const option of ['--tcp', '--usbip'])
    refused(t, await pcm('emulate', option, '0.0.0.0:0'), 2, /could drive the board: set a secret/);
  const { board } = await boardOnTcp(t, { token: 'secret' });
  for (const host of [
    '0.0.0.0',
    '::',
    '192.0.2.1',
    'example.invalid',
    '127.0.0.1.example.com',
    '127.evil.example',
    '128.0.0.1',
    '::ffff:10.0.0.1',
    '',
  ])
    await t.throwsAsync(
      openEndpoints(board, { tcp: { host, port: 0 } }, ''),
      { instanceOf: UsageError },
      host,
    );
  for (const host of ['127.0.0.1', 'localhost']) {
    for (const endpoint of await openEndpoints(board, { tcp: { host, port: 0 } }, '')) await endpoint.close();
  }
});

test('the token passes over the link as it is', async (t) => {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = { token: 'a secret', redials: 0 };
  await t.throwsAsync(openBoard(`tcp://127.0.0.1:${port}`, options), { instanceOf: LinkError });
  t.true(heard.includes('a secret'));
  server.close();
});

test('the name of another host reaches a terminal without control characters', async (t) => {
  const { url } = await boardOnTcp(t);
  await using holder = await openBoard(url, { host: 'a\u001b]0;title\u0007\nforged: line\u202e' });
  t.truthy(holder);
  const error = await t.throwsAsync(openBoard(url), { instanceOf: Refusal });
  t.regex(error!.message, /held by a\ufffd\]0;title\ufffd\ufffdforged: line\ufffd at 127/);
  const { stderr } = await pcm('info', '--board', url);
  t.regex(
    stderr,
    /^The board refused \(busy\): The board is held by a\ufffd\]0;title\ufffd\ufffdforged: line\ufffd at 127[^\n]*\n$/,
  );
});
