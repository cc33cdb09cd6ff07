import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import test from 'ava';
import { openBoard } from '../../boards/index.js';
import { memoryDial } from '../../drivers/index.js';
import { openSerialPort } from '../../drivers/node/index.js';
import { createEmulatedBoard, loadProfile, openPty } from '../../emulator/node/index.js';
import { startRelay } from '../../testing/index.js';
import { encodeFrame, FrameKind, information, RefusalCode, refusalMessage } from '../../protocol/index.js';
import { boardOnTcp, helloFrame, RawLink, takeover, untouched } from './rig.js';

test('frames do what this file fears, unless something comes before them', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const link = await RawLink.open(port, takeover());
  for (let i = 0; i < 3; i++) t.is((await link.next()).kind, FrameKind.response);
  t.false(untouched(board));
});

const post = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  new Promise<string>((resolve) => {
    const sent = request(url, { method: 'POST', headers }, (answer) => resolve(`${answer.statusCode}`));
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });

test('a web page cannot reach a board: a link that begins like HTTP is closed before its body is read', async (t) => {
  const { board, url, port } = await boardOnTcp(t);
  const http = url.replace('tcp:', 'http:');
  for (const method of ['POST', 'PUT', 'PATCH', 'PROPFIND', 'PC']) {
    await t.throwsAsync(
      fetch(http, { method, body: takeover() as BodyInit }),
      { message: 'fetch failed' },
      method,
    );
  }
  t.is(await post(http, takeover()), 'ECONNRESET');
  t.is(await post(http, takeover(), { 'transfer-encoding': 'chunked' }), 'ECONNRESET');
  await t.throwsAsync(fetch(http), { message: 'fetch failed' });
  t.is(await post(http, takeover(), { connection: 'Upgrade', upgrade: 'websocket' }), 'ECONNRESET');
  // A head in one piece with the frames, and one that comes byte by byte.
  for (const line of [
    'POST / HTTP/1.1\r\n\r\n',
    'GET http://a/ HTTP/1.0\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]) {
    const whole = await RawLink.open(port, Buffer.concat([Buffer.from(line), takeover()]));
    await whole.closed;
    t.deepEqual(whole.frames, [], 'it is told nothing');
    const slow = await RawLink.open(port);
    for (const byte of line.slice(0, 4)) if (!slow.isClosed) slow.socket.write(byte);
    await slow.closed;
  }
  t.true(untouched(board));
  t.deepEqual(board.firmware.load, { links: 0, bytes: 0 });
});

test('a TLS client is closed at once', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => client.on('error', resolve));
  t.is(error.code, 'ECONNRESET');
  t.true(untouched(board));
});

test('a TCP link whose first bytes are not the header of a frame is closed without a word', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const damaged = helloFrame();
  damaged[16] ^= 1;
  const beginnings = {
    'a zero': Uint8Array.of(0),
    'a new line': Buffer.from('\n'),
    'a sync byte and another': Buffer.from('PX'),
    'sync bytes and no header': Buffer.from('PC'.repeat(10)),
    'a header with a wrong check': damaged,
  };
  for (const [what, bytes] of Object.entries(beginnings)) {
    const link = await RawLink.open(port, Buffer.concat([bytes, takeover()]));
    await link.closed;
    t.deepEqual(link.frames, [], what);
  }
  t.true(untouched(board));
});

test('a TCP link whose first frame is not hello is refused and closed, whatever comes behind', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const stray = encodeFrame({ kind: FrameKind.request, id: 1, command: information.code });
  const link = await RawLink.open(port, Buffer.concat([stray, takeover()]));
  const refusal = refusalMessage.decode((await link.next()).payload);
  t.is(refusal.code, RefusalCode.noSession);
  await link.closed;
  t.deepEqual(link.frames, []);
  t.true(untouched(board));
});

test('a relay, such as that of pcm record, is no way round', async (t) => {
  const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1 });
  let dialled = 0;
  const dial = memoryDial('memory', (send) => {
    dialled++;
    return board.firmware.attach(send, 'a test');
  });
  const relay = await startRelay(dial);
  t.teardown(() => relay.close().then(() => board.close()));
  const http = relay.url.replace('tcp:', 'http:');
  await t.throwsAsync(fetch(http, { method: 'POST', body: takeover() as BodyInit }), {
    message: 'fetch failed',
  });
  t.is(await post(http, takeover(), { 'transfer-encoding': 'chunked' }), 'ECONNRESET');
  const port = Number(new URL(relay.url).port);
  await (
    await RawLink.open(port, Buffer.concat([Buffer.from('\n'), takeover()]))
  ).closed;
  t.is(dialled, 0);
  t.true(untouched(board));
  const link = await RawLink.open(port);
  for (const byte of helloFrame()) link.socket.write(Uint8Array.of(byte));
  t.is((await link.next()).kind, FrameKind.response, 'a host gets through, however its bytes are cut');
  const others = await Promise.all(Array.from({ length: 40 }, () => RawLink.open(port)));
  await Promise.all(others.slice(31).map(({ closed }) => closed));
  for (const { socket } of [link, ...others]) socket.destroy();
});

test('after hello, garbage is skipped as before', async (t) => {
  const { port } = await boardOnTcp(t);
  const link = await RawLink.open(port, helloFrame());
  t.is((await link.next()).kind, FrameKind.response);
  const garbage = await link.ask(Buffer.from('POST / HTTP/1.1\r\n\r\n'));
  t.is(refusalMessage.decode(garbage.payload).code, RefusalCode.badFrame);
  const answer = await link.ask(encodeFrame({ kind: FrameKind.request, id: 1, command: information.code }));
  t.is(answer.kind, FrameKind.response);
  link.socket.destroy();
});

const posix = process.platform === 'win32' ? test.skip : test;

posix('on a serial line noise may come before hello, but neither HTTP nor TLS', async (t) => {
  const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1 });
  const pty = await openPty(board.firmware);
  t.teardown(() => pty.close().then(() => board.close()));
  const path = pty.url.slice('serial:'.length);
  const say = async (bytes: Uint8Array | string) => {
    const port = await openSerialPort(pty.url, path, { baudRate: 115_200, rtscts: false });
    port.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await new Promise((resolve) => port.close(resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  await say(Buffer.concat([Buffer.from('POST / HTTP/1.1\r\n\r\n'), takeover()]));
  await say(Buffer.concat([Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3), takeover()]));
  t.true(untouched(board));
  await say(Buffer.concat([Buffer.from('AT\r\nATE1 V1\r\n'), takeover()]));
  t.false(untouched(board));
  await using reached = await openBoard(pty.url);
  t.is(reached.information.profile, 'ideal');
});
