import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import {
  Connection,
  type ConnectionOptions,
  type Dial,
  evenRates,
  FaultInjector,
  LinkError,
} from '../../../drivers/index.js';
import { multiply, program, readUserData, Refusal, writeUserData } from '../../../protocol/index.js';
import { type ConformanceBoard, MAX_PAYLOAD } from '../conformance-board.js';

/** One way to reach a board. */
export interface TransportUnderTest {
  readonly board: ConformanceBoard;
  readonly dial: Dial;
  /** Dials the same board for a second host while the first holds it. */
  readonly second: Dial;
  /** The sentence with which the board refuses the second host. */
  readonly heldBy: RegExp;
  /** Takes the board away, as an unplugged cable does. Used by the last check. */
  unplug(): Promise<void>;
}

type Check = (transport: TransportUnderTest) => Promise<void>;

const open = (dial: Dial, options: Partial<ConnectionOptions> = {}) =>
  Connection.open(dial, { crc32, host: 'conformance', ...options });

const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => Math.imul(i + seed, 0x9e3779b1) >>> 24);

const write = (connection: Connection, offset: number, data: Uint8Array, signal?: AbortSignal) =>
  connection.request(writeUserData, { offset, length: data.length, data }, { signal });

const order: Check = async ({ dial, board }) => {
  const connection = await open(dial);
  const sizes = Array.from({ length: 120 }, (_, i) => (i * i * 37) % 2500);
  board.diary.length = 0;
  const written = sizes.map((size, i) => write(connection, i * 2048, bytes(size, i).subarray(0, 2048)));
  const read = sizes.map((size, i) =>
    connection.request(readUserData, { offset: i * 2048, length: Math.min(size, 2048) }),
  );
  await Promise.all(written);
  for (const [i, answer] of (await Promise.all(read)).entries()) {
    assert.deepEqual(answer.data, bytes(sizes[i], i).subarray(0, 2048));
  }
  assert.deepEqual(
    board.diary,
    sizes.map((_, i) => `write ${i * 2048}`),
  );
  await connection.close();
};

const maxFrame: Check = async ({ dial }) => {
  const connection = await open(dial);
  assert.equal(connection.maxPayload, MAX_PAYLOAD);
  const max = MAX_PAYLOAD - writeUserData.request.fixedBytes;
  for (const length of [max, max - 1, 0]) await write(connection, 0, bytes(length, 5));
  const { data } = await connection.request(readUserData, { offset: 0, length: max });
  assert.deepEqual(data, bytes(max, 5));
  await assert.rejects(write(connection, 0, bytes(max + 1, 5)), /the board holds/);
  await connection.close();
};

const backpressure: Check = async ({ dial, board }) => {
  const connection = await open(dial);
  board.diary.length = 0;
  let openGate = () => {};
  board.gate = new Promise((resolve) => (openGate = resolve));
  const inputs = new Int8Array(1);
  const blocked = connection.request(multiply, {
    core: 0,
    cores: 1,
    rowStart: 0,
    rows: 1,
    columnStart: 0,
    columns: 1,
    batch: 1,
    inputs,
  });
  const data = bytes(100_000, 9);
  const written = Array.from({ length: 40 }, (_, i) => write(connection, i, data));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(board.diary, ['multiply'], 'the board is busy and executes nothing else');
  openGate();
  await Promise.all([blocked, ...written]);
  assert.deepEqual(
    board.diary.slice(1),
    Array.from(written.keys(), (i) => `write ${i}`),
  );
  await connection.close();
};

const closeDuringWrite: Check = async ({ dial }) => {
  const connection = await open(dial);
  const data = bytes(200_000, 1);
  const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => write(connection, 0, data)));
  await connection.close();
  const failed = (await outcomes).filter((outcome) => outcome.status === 'rejected');
  assert.ok(failed.length > 0 && failed.every(({ reason }) => reason instanceof LinkError));
  await assert.rejects(write(connection, 0, data), /was closed/);
  const next = await open(dial);
  await write(next, 0, bytes(3, 1));
  assert.deepEqual((await next.request(readUserData, { offset: 0, length: 3 })).data, bytes(3, 1));
  await next.close();
};

const cancel: Check = async ({ dial, board }) => {
  const connection = await open(dial);
  board.diary.length = 0;
  const abort = new AbortController();
  const rows = 4000;
  const region = { core: 0, rowStart: 0, rows, columnStart: 0, columns: 1, tolerance: 0, maxIterations: 0 };
  const running = connection.request(
    program,
    { ...region, targets: new Uint16Array(2 * rows) },
    { signal: abort.signal, onProgress: ({ done }) => done === 3 && abort.abort() },
  );
  await assert.rejects(running, (error) => error instanceof Refusal && error.reason === 'cancelled');
  assert.ok(board.diary.length >= 4 && board.diary.length < rows, `${board.diary.length} steps`);
  await write(connection, 0, bytes(10, 1));
  await connection.close();
};

const twoClients: Check = async ({ dial, second, heldBy }) => {
  const first = await open(dial);
  await assert.rejects(open(second), heldBy);
  await write(first, 0, bytes(10, 1));
  await first.close();
  const next = await open(second);
  await write(next, 0, bytes(10, 1));
  await next.close();
};

const faults: Check = async ({ dial, board }) => {
  const injector = new FaultInjector({ seed: 3, rates: evenRates(0.05) });
  const patience = { retryAfter: 100, redials: 12, redialAfter: 20 };
  const connection = await open(injector.wrap(dial), patience);
  board.diary.length = 0;
  const offsets = Array.from({ length: 500 }, (_, i) => i);
  await Promise.all(offsets.map((offset) => write(connection, offset, bytes((offset * 7) % 400, offset))));
  assert.deepEqual(
    board.diary,
    offsets.map((offset) => `write ${offset}`),
  );
  assert.ok(injector.counts.disconnect > 0 && injector.counts.corrupt > 0);
  await connection.close();
};

const unplug: Check = async ({ dial, unplug }) => {
  const connection = await open(dial, { redials: 2, giveUpAfter: 3000 });
  const rows = 4000;
  const region = { core: 0, rowStart: 0, rows, columnStart: 0, columns: 1, tolerance: 0, maxIterations: 0 };
  let unplugging: Promise<void> | undefined;
  const running = connection.request(
    program,
    { ...region, targets: new Uint16Array(2 * rows) },
    {
      onProgress: () => {
        unplugging ??= unplug();
      },
    },
  );
  await assert.rejects(running, (error) => error instanceof LinkError);
  await unplugging;
  await connection.close();
};

/** What every transport must do; run them in this order. A check rejects if the transport fails it. */
export const transportChecks: Readonly<Record<string, Check>> = {
  'requests arrive in order and whole': order,
  'the longest frame passes, a longer one is refused before it is sent': maxFrame,
  'requests that pile up before a busy board arrive whole': backpressure,
  'closing during a write rejects the requests under way, and leaves the board free': closeDuringWrite,
  'a long command is cancelled between two steps': cancel,
  'a second host is told who holds the board': twoClients,
  'faults cost no request and repeat none': faults,
  'a board that is taken away is a link error': unplug,
};
