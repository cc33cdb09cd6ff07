import { readFileSync } from 'node:fs';
import test from 'ava';
import { openBoard } from '../../boards/index.js';
import { Firmware } from '../../emulator/index.js';
import { MAX_STRANGERS, STRANGER_STAY } from '../../emulator/firmware/strangers.js';
import {
  encodeFrame,
  FrameKind,
  HEADER_BYTES,
  RefusalCode,
  refusalMessage,
  writeUserData,
} from '../../protocol/index.js';
import { Emulator } from '../cli/rig.js';
import { boardOnTcp, hasKeepAlive, helloFrame, RawLink } from './rig.js';

/** Header and half of the payload of a frame of 512 KiB. */
const halfFrame = encodeFrame({
  kind: FrameKind.request,
  id: 1,
  command: writeUserData.code,
  payload: new Uint8Array(512 * 1024),
}).subarray(0, 256 * 1024);

/** A hello whose last byte is missing. */
const halfHello = helloFrame().subarray(0, -1);

/** A firmware without a board, whose clock a test moves, and the names of the links that it hung up. */
function lateFirmware() {
  let now = 0;
  const timers = new Set<{ at: number; action: () => void }>();
  const firmware = new Firmware({
    execute: () => new Uint8Array(),
    time: {
      now: () => now,
      soon: (action) => action(),
      after(milliseconds, action) {
        const timer = { at: now + milliseconds, action };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
    for (const timer of timers) if (timer.at <= now && timers.delete(timer)) timer.action();
  };
  const hungUp: string[] = [];
  const attach = (name: string) =>
    firmware.attach(
      () => undefined,
      name,
      () => hungUp.push(name),
    );
  return { firmware, pass, attach, hungUp };
}

test('before hello, a long frame is refused by its header and nothing is kept of it', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const link = await RawLink.open(port, halfFrame);
  t.is(refusalMessage.decode((await link.next()).payload).code, RefusalCode.tooLarge);
  await link.closed;
  t.deepEqual(board.firmware.load, { links: 0, bytes: 0 });
});

test('a host takes long frames again only if it holds the board', async (t) => {
  const { board, port } = await boardOnTcp(t);
  const [first, second] = [await RawLink.open(port), await RawLink.open(port)];
  t.is((await first.ask(helloFrame('', 5n))).kind, FrameKind.response);
  t.is((await second.ask(helloFrame('', 5n))).kind, FrameKind.response, 'the session goes to the new link');
  first.socket.write(halfFrame);
  t.is(refusalMessage.decode((await first.next()).payload).code, RefusalCode.tooLarge);
  await first.closed;
  second.socket.write(halfFrame);
  while (board.firmware.load.bytes === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  t.is(board.firmware.load.bytes, 512 * 1024);
  second.socket.destroy();
});

test(`at most ${MAX_STRANGERS} links without hello are open, and they hold at most a kilobyte each`, async (t) => {
  const { board, url, port } = await boardOnTcp(t);
  const links = [];
  for (let i = 0; i < 500; i++) {
    links.push(await RawLink.open(port, i % 2 ? halfHello : halfFrame));
    const { links: open, bytes } = board.firmware.load;
    t.true(open <= MAX_STRANGERS, `${open} links`);
    t.true(bytes <= MAX_STRANGERS * (1024 + HEADER_BYTES), `${bytes} bytes`);
  }
  await using reached = await openBoard(url);
  t.is(reached.information.profile, 'ideal', 'a host that says hello gets in');
  for (const { socket } of links) socket.destroy();
});

test(`a link without hello is closed after ${STRANGER_STAY / 1000} s, and one with hello stays`, (t) => {
  const { firmware, pass, attach, hungUp } = lateFirmware();
  const [silent, half, host] = ['silent', 'half', 'host'].map(attach);
  half.receive(halfHello);
  host.receive(helloFrame());
  pass(STRANGER_STAY - 1);
  t.deepEqual(hungUp, []);
  const late = attach('late');
  pass(1);
  t.deepEqual(hungUp, ['silent', 'half']);
  pass(1e9);
  t.deepEqual(hungUp, ['silent', 'half', 'late']);
  t.is(firmware.load.links, 1);
  for (const link of [silent, late, host]) link.close();
  t.is(firmware.load.links, 0);
});

test('a link whose session went to another link is closed as well', (t) => {
  const { pass, attach, hungUp } = lateFirmware();
  attach('first').receive(helloFrame());
  attach('second').receive(helloFrame());
  pass(STRANGER_STAY);
  t.deepEqual(hungUp, ['first']);
});

const linux = process.platform === 'linux' ? test : test.skip;

linux('2,000 half frames of 512 KiB cost an emulator less than 64 MB', async (t) => {
  const emulator = await Emulator.start();
  const port = Number(new URL(emulator.url).port);
  const residentMb = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${emulator.process.pid}/status`, 'utf8'))![1]) / 1024;
  const before = residentMb();
  const links = [];
  for (let i = 0; i < 2000; i++) links.push(await RawLink.open(port, halfFrame.subarray(0, 64 * 1024)));
  const grown = residentMb() - before;
  t.true(grown < 64, `${grown} MB`);
  t.log(`${grown.toFixed(1)} MB`);
  for (const { socket } of links) socket.destroy();
  await using board = await openBoard(emulator.url);
  t.is(board.information.profile, 'hermes');
  await emulator.stop();
});

linux('a silent link is checked by TCP keepalive, so that a dead host does not hold the board', async (t) => {
  const { port } = await boardOnTcp(t);
  const link = await RawLink.open(port);
  await link.ask(helloFrame());
  t.true(hasKeepAlive(port, link.socket.localPort!));
  link.socket.destroy();
});
