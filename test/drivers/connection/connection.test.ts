import test from 'ava';
import { type Dial, LinkError, type Transport } from '../../../drivers/index.js';
import {
  multiply,
  program,
  readUserData,
  Refusal,
  RefusalCode,
  status,
  writeUserData,
} from '../../../protocol/index.js';
import { dialFirmware, diaryFirmware, openConnection } from '../rig.js';
import { smallBoard } from '../small-board.js';

const writes = (count: number) => Array.from({ length: count }, (_, i) => i);
const write = (offset: number) => ({ offset, length: 1, data: new Uint8Array(1) });
const region = { core: 0, rowStart: 0, columnStart: 0, columns: 1, tolerance: 0, maxIterations: 0 };

test('requests beyond the window wait and are executed in the order they were asked', async (t) => {
  const { firmware, diary } = diaryFirmware({ window: 4 });
  const connection = await openConnection(dialFirmware(firmware));
  await Promise.all(writes(50).map((offset) => connection.request(writeUserData, write(offset))));
  t.deepEqual(
    diary,
    writes(50).map((offset) => `write ${offset}`),
  );
  await connection.close();
});

test('a request keeps its arrays until it is answered, whatever comes meanwhile', async (t) => {
  const { firmware } = diaryFirmware({ window: 4 });
  const connection = await openConnection(dialFirmware(firmware));
  const window = { core: 0, cores: 1, rowStart: 0, rows: 4000, columnStart: 0, columns: 1, batch: 1 };
  const inputs = Array.from({ length: 40 }, (_, i) => new Int8Array(4000).fill(i));
  const answers = await Promise.all(
    inputs.map((one) => connection.request(multiply, { ...window, inputs: one })),
  );
  t.deepEqual(
    answers.map(({ codes }) => codes[0]),
    writes(40),
  );
  await connection.close();
});

test('the memory of an answer serves later ones once it is given back, and not before', async (t) => {
  const connection = await openConnection(dialFirmware(smallBoard().firmware));
  const length = 4096;
  const readBack = async (byte: number) => {
    const data = new Uint8Array(length).fill(byte);
    await connection.request(writeUserData, { offset: 0, length, data });
    return (await connection.request(readUserData, { offset: 0, length })).data;
  };
  const first = await readBack(1);
  const second = await readBack(2);
  t.not(second.buffer, first.buffer);
  t.true(first.every((byte) => byte === 1));
  connection.recycle(first);
  const third = await readBack(3);
  t.is(third.buffer, first.buffer);
  t.true(third.every((byte) => byte === 3) && second.every((byte) => byte === 2));
  await connection.close();
});

test('a refusal carries code, field and sentence, and the connection goes on', async (t) => {
  const { firmware } = diaryFirmware({ maxPayload: 4096 });
  const connection = await openConnection(dialFirmware(firmware));
  const failure = await t.throwsAsync(connection.request(status, {}), { instanceOf: Refusal });
  t.is(failure?.code, RefusalCode.internal);
  const large = { offset: 0, length: 5000, data: new Uint8Array(5000) };
  const tooLarge = await t.throwsAsync(connection.request(writeUserData, large), { instanceOf: Refusal });
  t.is(tooLarge?.code, RefusalCode.tooLarge);
  await t.notThrowsAsync(connection.request(writeUserData, write(1)));
  await connection.close();
});

test('a long command reports progress and stops between two steps when cancelled', async (t) => {
  const { firmware, diary } = diaryFirmware();
  const connection = await openConnection(dialFirmware(firmware));
  const abort = new AbortController();
  const seen: number[] = [];
  const rows = 1000;
  const message = { ...region, rows, targets: new Uint16Array(2 * rows) };
  const running = connection.request(program, message, {
    signal: abort.signal,
    onProgress: ({ done, total }) => {
      t.is(total, rows);
      seen.push(done);
      if (done === 3) abort.abort();
    },
  });
  const error = await t.throwsAsync(running, { instanceOf: Refusal });
  t.is(error?.code, RefusalCode.cancelled);
  t.deepEqual(seen.slice(0, 4), [0, 1, 2, 3]);
  t.true(diary.length < 10, `cancelled, yet ${diary.length} steps were done`);
  await t.notThrowsAsync(connection.request(writeUserData, write(0)));
  await connection.close();
});

test('a second host is refused with the name and address of the first; after it left, admitted', async (t) => {
  const { firmware } = diaryFirmware();
  const first = await openConnection(dialFirmware(firmware, '10.0.0.7:5'), { host: 'flasher' });
  const error = await t.throwsAsync(openConnection(dialFirmware(firmware)), { instanceOf: Refusal });
  t.is(error?.code, RefusalCode.busy);
  t.regex(error?.message ?? '', /flasher at 10\.0\.0\.7:5/);
  await first.close();
  const second = await openConnection(dialFirmware(firmware));
  await second.close();
  t.pass();
});

test('a board with a token admits who knows it', async (t) => {
  const { firmware } = diaryFirmware({ token: 'secret' });
  for (const token of ['', 'secre', 'secret2']) {
    const error = await t.throwsAsync(openConnection(dialFirmware(firmware), { token }), {
      instanceOf: Refusal,
    });
    t.is(error?.code, RefusalCode.unauthorised);
  }
  const connection = await openConnection(dialFirmware(firmware), { token: 'secret' });
  await connection.close();
});

test('a lost link is dialled again and what was under way is executed once', async (t) => {
  const { firmware, diary } = diaryFirmware();
  const dial = breakingAfter(dialFirmware(firmware), 25);
  const connection = await openConnection(dial, { retryAfter: 20 });
  await Promise.all(writes(60).map((offset) => connection.request(writeUserData, write(offset))));
  t.deepEqual(
    diary,
    writes(60).map((offset) => `write ${offset}`),
  );
  await connection.close();
});

test('a board that restarted in between is not sent the old requests again', async (t) => {
  const firmwares = [diaryFirmware(), diaryFirmware()];
  let dialled = 0;
  const dial: Dial = () => breakingAfter(dialFirmware(firmwares[Math.min(dialled++, 1)].firmware), 3)();
  const connection = await openConnection(dial);
  const results = await Promise.allSettled(
    writes(10).map((offset) => connection.request(writeUserData, write(offset))),
  );
  const rejected = results.filter((result) => result.status === 'rejected');
  t.true(rejected.length > 0);
  t.true(rejected.every(({ reason }) => reason instanceof LinkError && /was restarted/.test(reason.message)));
  t.deepEqual(firmwares[1].diary, []);
});

test('a silent board is given up after a while, with a sentence', async (t) => {
  const silent: Transport = { name: 'silent', start() {}, write: async () => {}, close: async () => {} };
  const opening = openConnection(() => Promise.resolve(silent), { retryAfter: 5, giveUpAfter: 40 });
  await t.throwsAsync(opening, { instanceOf: LinkError, message: /does not answer hello/ });
});

/** Closes each link after so many writes. */
function breakingAfter(dial: Dial, count: number): Dial {
  return async (signal) => {
    const transport = await dial(signal);
    let left = count;
    return {
      name: transport.name,
      start: (events) => transport.start(events),
      close: () => transport.close(),
      write: async (bytes) => {
        await transport.write(bytes);
        if (--left === 0) setImmediate(() => void transport.close());
      },
    };
  };
}

test('a link that is lost before hello was answered is dialled again', async (t) => {
  const { firmware, diary } = diaryFirmware();
  let dialled = 0;
  const dial: Dial = (signal) =>
    (dialled++ < 2 ? breakingAfter(dialFirmware(firmware), 1) : dialFirmware(firmware))(signal);
  const connection = await openConnection(dial, { redialAfter: 1 });
  await connection.request(writeUserData, write(0));
  t.deepEqual([dialled, diary], [3, ['write 0']]);
  await connection.close();
});

test('a link that is always lost before hello is given up, and nobody at all is asked once', async (t) => {
  let dialled = 0;
  const breaking: Dial = async (signal) => {
    dialled++;
    return breakingAfter(dialFirmware(diaryFirmware().firmware), 1)(signal);
  };
  await t.throwsAsync(openConnection(breaking, { redials: 4, redialAfter: 1 }), {
    instanceOf: LinkError,
    message: /was lost/,
  });
  t.is(dialled, 5);
  const nobody: Dial = () => {
    dialled++;
    return Promise.reject(new LinkError('nobody there'));
  };
  await t.throwsAsync(openConnection(nobody), { message: 'nobody there' });
  t.is(dialled, 6);
});
