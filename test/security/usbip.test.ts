import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { MAX_STRANGERS } from '../../emulator/firmware/strangers.js';
import { listenUsbIp, loadProfile } from '../../emulator/node/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { encodeFrame, FrameKind, FrameReader, information, type Frame } from '../../protocol/index.js';
import { importWhenFree, UsbIpClient } from '../emulator/node/endpoints/usbip-client.js';
import { hasKeepAlive, helloFrame, takeover, untouched } from './rig.js';

const identity = { manufacturer: 'pcm-hil', product: 'emulated PCM board', serial: 'ideal-1' };

async function boardOnUsbIp(t: ExecutionContext, token = '') {
  const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1, token });
  const endpoint = await listenUsbIp(board.firmware, '127.0.0.1', 0, identity);
  t.teardown(() => endpoint.close().then(() => board.close()));
  return { board, port: endpoint.port };
}

const closed = (socket: Socket): Promise<unknown> =>
  socket.destroyed ? Promise.resolve() : once(socket, 'close');

/** A submit without data of 48 bytes: a transfer from the device of `length` bytes on an endpoint. */
function submitHeader(sequence: number, endpoint: number, length: number): Buffer {
  const header = Buffer.alloc(48);
  [1, sequence, 0x10001, 1, endpoint, 0, length].forEach((word, i) => header.writeUInt32BE(word, 4 * i));
  return header;
}

test('transfers that get no answer are kept up to a number, then the client is thrown out', async (t) => {
  const { port } = await boardOnUsbIp(t);
  for (const endpoint of [1, 2, 3]) {
    const client = await importWhenFree(port);
    const answers = Array.from({ length: 1024 }, () => client.submit(endpoint, 512).answer);
    const { sequence } = client.submit(9, 512); // no such endpoint: this one is answered
    t.true(sequence > 1024);
    const outcome = await Promise.race([Promise.any(answers), closed(client.socket).then(() => 'closed')]);
    t.is(outcome, 'closed', `endpoint ${endpoint}`);
  }
  const next = await importWhenFree(port);
  const waiting = Array.from({ length: 1000 }, () => next.submit(1, 512).sequence);
  for (const sequence of waiting.slice(0, 100)) t.is((await next.unlink(sequence)).status, -104);
  for (let i = 0; i < 100; i++) next.submit(1, 512);
  t.is((await next.control([0x80, 6, 0, 1, 0, 0, 18, 0])).data.length, 18, 'those taken back do not count');
  next.socket.destroy();
});

test('what the host does not ask for is not taken from it either', async (t) => {
  const { port } = await boardOnUsbIp(t);
  const client = await UsbIpClient.import(port);
  // Each frame is refused with more bytes than it has.
  const strays = Buffer.concat(
    Array<Uint8Array>(20_000).fill(
      encodeFrame({ kind: FrameKind.request, id: 1, command: information.code }),
    ),
  );
  const transfers = Array.from({ length: 4 }, () => client.submit(1, 0, strays));
  const taken = await transfers[0].answer;
  t.is(taken.length, strays.length);
  const outcome = await Promise.race([
    transfers[3].answer,
    new Promise((resolve) => setTimeout(resolve, 500, 'held')),
  ]);
  t.is(outcome, 'held');
  let received = 0;
  let last = false;
  void transfers[3].answer.then(() => (last = true));
  while (!last) {
    const { data } = await client.submit(1, 256 * 1024).answer;
    received += data.length;
  }
  t.true(received > 4 * 1024 * 1024);
});

const linux = process.platform === 'linux' ? test : test.skip;

linux('a client that floods the USB/IP port and reads nothing costs less than 64 MB', async (t) => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'emulate', '--usbip', `127.0.0.1:${port}`, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  const residentMb = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;
  const before = residentMb();
  const floods: Record<string, Buffer> = {
    'transfers that wait': submitHeader(1, 1, 512),
    'transfers that are answered': submitHeader(1, 0, 512),
  };
  for (const [what, header] of Object.entries(floods)) {
    const { socket } = await importWhenFree(port);
    socket.removeAllListeners('data').pause();
    const many = Buffer.concat(
      Array.from({ length: 20_000 }, (_, i) => {
        header.writeUInt32BE(i + 1, 4);
        return Buffer.from(header);
      }),
    );
    let stalls = 0; // a server that reads no more makes the writes wait
    for (let i = 0; i < 50 && !socket.destroyed && stalls < 3; i++) {
      const taken = new Promise((resolve) => socket.write(many, resolve));
      const stalled = new Promise((resolve) => setTimeout(resolve, 300, 'stalled'));
      if ((await Promise.race([taken, stalled])) === 'stalled') stalls++;
    }
    const grown = residentMb() - before;
    t.true(grown < 64, `${what}: ${grown} MB`);
    t.log(`${what}: ${grown.toFixed(1)} MB`);
    socket.destroy();
  }
});

test(`of sockets that import nothing, ${MAX_STRANGERS} stay open, and one that imports gets in`, async (t) => {
  const { port } = await boardOnUsbIp(t);
  const sockets = [];
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    sockets.push(socket.resume());
  }
  await Promise.all(sockets.slice(0, -MAX_STRANGERS).map(closed));
  t.is(sockets.filter(({ destroyed }) => !destroyed).length, MAX_STRANGERS);
  const client = await importWhenFree(port);
  t.is((await client.control([0x80, 6, 0, 1, 0, 0, 18, 0])).data.length, 18);
  for (const socket of [...sockets, client.socket]) socket.destroy();
});

linux(
  'while one client has the device a second is told that it is taken, and a dead one is found out',
  async (t) => {
    const { port } = await boardOnUsbIp(t);
    const first = await UsbIpClient.import(port);
    t.true(hasKeepAlive(port, first.socket.localPort!), 'keepalive');
    await t.throwsAsync(UsbIpClient.import(port), { message: 'refused with status 2' });
    first.socket.destroy();
    await t.notThrowsAsync(importWhenFree(port));
  },
);

test('whoever attaches the device needs the token to use the board', async (t) => {
  const { board, port } = await boardOnUsbIp(t, 'secret');
  const client = await UsbIpClient.import(port);
  const frames: Frame[] = [];
  const reader = new FrameReader({
    maxPayload: 4096,
    onFrame: (frame) => frames.push(frame),
    onDamage: () => t.fail(),
  });
  await client.submit(1, 0, takeover()).answer;
  while (frames.length < 3) reader.push((await client.submit(1, 512).answer).data);
  t.deepEqual(
    frames.map(({ kind }) => kind),
    [FrameKind.refusal, FrameKind.refusal, FrameKind.refusal],
  );
  t.true(untouched(board));
  await client.submit(1, 0, helloFrame('secret')).answer;
  while (frames.length < 4) reader.push((await client.submit(1, 512).answer).data);
  t.is(frames[3].kind, FrameKind.response);
  client.socket.destroy();
});
