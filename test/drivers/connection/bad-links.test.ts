import { crc32 } from 'node:zlib';
import test from 'ava';
import { type Dial, LinkError, memoryDial, type Transport } from '../../../drivers/index.js';
import {
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  program,
  readUserData,
  writeUserData,
} from '../../../protocol/index.js';
import { dialFirmware, diaryFirmware, openConnection } from '../rig.js';
import { smallBoard } from '../small-board.js';

const write = (offset: number) => ({ offset, length: 1, data: new Uint8Array(1) });
const long = { core: 0, rowStart: 0, rows: 1000, columnStart: 0, columns: 1, tolerance: 0, maxIterations: 0 };

/** A dial whose links pass everything from the board through `change`. */
const changing =
  (dial: Dial, change: (bytes: Uint8Array) => Uint8Array[]): Dial =>
  async (signal) => {
    const inner = await dial(signal);
    return {
      name: inner.name,
      write: (bytes) => inner.write(bytes),
      close: () => inner.close(),
      start: (events) =>
        inner.start({
          onData: (bytes) => change(bytes).forEach((piece) => events.onData(piece)),
          onClose: events.onClose,
        }),
    };
  };

test('a long frame whose end was lost does not swallow the requests behind it', async (t) => {
  const { firmware, diary } = diaryFirmware({ stallAfter: 20 });
  const answers: Frame[] = [];
  const reader = new FrameReader({
    maxPayload: 4096,
    onFrame: (frame) => answers.push(frame),
    onDamage: () => t.fail(),
  });
  const link = firmware.attach((bytes) => reader.push(bytes), 'a test');
  const send = (id: number, command: number, payload: Uint8Array, lost = 0) => {
    const bytes = encodeFrame({ kind: FrameKind.request, id, command, payload }, crc32);
    link.receive(bytes.subarray(0, bytes.length - lost));
  };
  send(0, hello.code, hello.request.encode({ session: 1n, token: '', host: 'test' }));
  await new Promise((resolve) => setImmediate(resolve));
  const data = new Uint8Array(3000);
  send(1, writeUserData.code, writeUserData.request.encode({ offset: 0, length: 3000, data }), 2000);
  send(1, writeUserData.code, writeUserData.request.encode(write(7)));
  t.deepEqual(diary, []);
  while (diary.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.deepEqual(diary, ['write 7']);
  link.close();
});

test('nor does a long answer whose copy was cut short swallow the answers behind it', async (t) => {
  let copies = 0;
  const repeating = changing(dialFirmware(smallBoard().firmware), (bytes) =>
    bytes.length > 3000 && copies++ === 0 ? [bytes, bytes.subarray(0, 40)] : [bytes],
  );
  const connection = await openConnection(repeating, { retryAfter: 10 });
  await connection.request(readUserData, { offset: 0, length: 4000 });
  const short = await connection.request(readUserData, { offset: 0, length: 3 });
  t.deepEqual([copies > 0, short.length], [true, 3]);
  await connection.close();
});

test('a connection waits for a frame that takes longer than its patience but moves', async (t) => {
  const { firmware } = smallBoard();
  const slow: Dial = async () => {
    const inner = await dialFirmware(firmware)();
    let ready = Promise.resolve();
    const drip = async (bytes: Uint8Array, to: (piece: Uint8Array) => void) => {
      for (let start = 0; start < bytes.length; start += 400) {
        await new Promise((resolve) => setTimeout(resolve, 15));
        to(bytes.subarray(start, start + 400));
      }
    };
    return {
      name: 'slow',
      write: (bytes) => inner.write(bytes),
      close: () => inner.close(),
      start: (events) =>
        inner.start({
          onData: (bytes) => {
            const kept = new Uint8Array(bytes);
            ready = ready.then(() => drip(kept, events.onData));
          },
          onClose: events.onClose,
        }),
    };
  };
  const connection = await openConnection(slow, { retryAfter: 60, giveUpAfter: 120 });
  const { data } = await connection.request(readUserData, { offset: 0, length: 4096 });
  t.is(data.length, 4096);
  await connection.close();
});

test('a board that restarts behind a link that stays up is noticed', async (t) => {
  const boards = [smallBoard().firmware, smallBoard().firmware];
  let current = 0;
  const dial = memoryDial('serial', (send) => {
    const links = boards.map((firmware) => firmware.attach(send, 'a test'));
    return { receive: (bytes) => links[current].receive(bytes), close: () => links[current].close() };
  });
  const connection = await openConnection(dial);
  await connection.request(writeUserData, write(0));
  current = 1;
  await t.throwsAsync(connection.request(writeUserData, write(1)), {
    instanceOf: LinkError,
    message: /was restarted/,
  });
});

test('a new session begins when the long command of the one before has stopped', async (t) => {
  const { firmware, diary } = diaryFirmware();
  let leaving: Transport | undefined;
  const first = await openConnection(async () => (leaving = await dialFirmware(firmware)()), { redials: 0 });
  const running = first.request(program, { ...long, targets: new Uint16Array(2 * long.rows) });
  const broken = t.throwsAsync(running, { instanceOf: LinkError, message: /lost in the middle/ });
  while (diary.length < 5) await new Promise((resolve) => setImmediate(resolve));
  await leaving?.close();
  await broken;
  const second = await openConnection(dialFirmware(firmware));
  await second.request(writeUserData, write(1));
  t.is(diary.at(-1), 'write 1');
  const executed = diary.length;
  t.true(executed < 100, `${executed} steps: the first command did not stop`);
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.is(diary.length, executed);
  await second.close();
});

test('a cancel that is lost is sent again', async (t) => {
  const { firmware, diary } = diaryFirmware();
  let cancels = 0;
  const dial: Dial = async () => {
    const inner = await dialFirmware(firmware)();
    const write = (bytes: Uint8Array) =>
      bytes[3] === FrameKind.cancel && cancels++ === 0 ? Promise.resolve() : inner.write(bytes);
    return { name: inner.name, start: (events) => inner.start(events), close: () => inner.close(), write };
  };
  const connection = await openConnection(
    changing(dial, (bytes) => (bytes[3] === FrameKind.progress && cancels < 2 ? [] : [bytes])),
    { retryAfter: 5 },
  );
  const abort = new AbortController();
  const targets = new Uint16Array(2 * 4000);
  const running = connection.request(program, { ...long, rows: 4000, targets }, { signal: abort.signal });
  abort.abort();
  await t.throwsAsync(running, { message: /cancelled/ });
  t.true(cancels >= 2); // a slow machine may well send it a third time
  t.true(diary.length < 4000);
  await connection.close();
});
