import test from 'ava';
import { Board, evenRates, LinkError } from '../../drivers/index.js';
import { openBoard } from '../../boards/index.js';
import { Refusal, RefusalCode } from '../../protocol/index.js';
import { startEmulator } from '../../testing/index.js';

const window = { rowStart: 3, rows: 4, columnStart: 5, columns: 6 };
const targets = new Uint16Array(2 * 24).fill(9000, 0, 24);

async function programAndRead(board: Board): Promise<Uint16Array> {
  await board.program(0, window, targets);
  return board.read(0, window);
}

test('a board on a free port; the same seed gives the same conductances, another seed others', async (t) => {
  const read = async (seed: number) => {
    await using emulator = await startEmulator({ seed });
    await using board = await openBoard(emulator.url);
    t.regex(emulator.url, /^tcp:\/\/127\.0\.0\.1:\d+$/);
    return await programAndRead(board);
  };
  const [first, again, other] = await Promise.all([read(4), read(4), read(5)]);
  t.deepEqual(first, again);
  t.notDeepEqual(first, other);
});

test('disposed, it answers no more', async (t) => {
  const emulator = await startEmulator({ profile: 'ideal' });
  await emulator[Symbol.asyncDispose]();
  await t.throwsAsync(openBoard(emulator.url), { instanceOf: LinkError });
});

test('time stands still until it is advanced, and the devices drift with it', async (t) => {
  await using emulator = await startEmulator();
  await using board = await openBoard(emulator.url);
  const sum = (values: Uint16Array) => values.reduce((total, value) => total + value, 0);
  const fresh = sum(await programAndRead(board));
  t.is((await board.status()).clock, 0);
  t.is(await emulator.advance(86_400 * 365), 86_400 * 365);
  t.is((await board.status()).clock, 86_400 * 365);
  t.true(sum(await board.read(0, window)) < 0.75 * fresh);
  await t.throwsAsync(emulator.advance(-1), { instanceOf: RangeError });
});

test('a chip can be made warmer where its profile has a temperature', async (t) => {
  await using emulator = await startEmulator({ profile: 'hermes-thermal' });
  await using board = await openBoard(emulator.url);
  const sum = (values: Uint16Array) => values.reduce((total, value) => total + value, 0);
  const cool = sum(await programAndRead(board));
  await emulator.setTemperature(85);
  t.is(await board.temperature(), 85);
  t.true(sum(await board.read(0, window)) > 1.2 * cool);
  await board.setTemperature(25);
  t.true(sum(await board.read(0, window)) < 1.05 * cool);
  await using plain = await startEmulator();
  await t.throwsAsync(plain.setTemperature(85), {
    instanceOf: Refusal,
    message: /does not model temperature/,
  });
});

test('a snapshot brings devices, user area and clock back', async (t) => {
  await using emulator = await startEmulator();
  await using board = await openBoard(emulator.url);
  await programAndRead(board);
  await board.writeUserData(10, new Uint8Array([1, 2, 3]));
  const snapshot = await emulator.snapshot();
  const read = await board.read(0, window);
  await emulator.advance(1000);
  await board.program(0, window, new Uint16Array(48));
  await board.writeUserData(10, new Uint8Array(3));
  await emulator.restore(snapshot);
  t.deepEqual(await board.read(0, window), read);
  t.deepEqual([...(await board.readUserData(10, 3))], [1, 2, 3]);
  t.is((await board.status()).clock, 0);
});

test('over the wire a snapshot is the same, and goes back in pieces', async (t) => {
  await using emulator = await startEmulator({ profile: 'ideal' });
  await using board = await openBoard(emulator.url);
  await programAndRead(board);
  const snapshot = await board.snapshot();
  t.true(Buffer.from(snapshot).equals(await emulator.snapshot()));
  const read = await board.read(0, window);
  await board.program(0, window, new Uint16Array(48));
  await board.restore(snapshot);
  t.deepEqual(await board.read(0, window), read);
});

test('a damaged snapshot is refused and changes nothing', async (t) => {
  await using emulator = await startEmulator({ profile: 'ideal' });
  await using board = await openBoard(emulator.url);
  await board.writeUserData(10, new Uint8Array([1, 2, 3]));
  const snapshot = await emulator.snapshot();
  const damaged = snapshot.slice();
  for (const at of [16, snapshot.length >> 1, snapshot.length - 10, snapshot.length - 1]) {
    damaged[at] ^= 1;
    await t.throwsAsync(emulator.restore(damaged), { message: /checksum does not match/ }, `byte ${at}`);
    damaged[at] ^= 1;
  }
  await t.throwsAsync(emulator.restore(new Uint8Array(3)), { message: /not a snapshot/ });
  t.true(Buffer.from(snapshot).equals(await emulator.snapshot()));
});

test("another chip's snapshot is refused and changes nothing", async (t) => {
  await using emulator = await startEmulator({ seed: 1 });
  await using other = await startEmulator({ seed: 2 });
  await using board = await openBoard(emulator.url);
  await programAndRead(board);
  const before = await emulator.snapshot();
  const foreign = await other.snapshot();
  await t.throwsAsync(emulator.restore(foreign), { message: /seed 2/ });
  const refusal = await t.throwsAsync(board.restore(foreign), { instanceOf: Refusal, message: /seed 2/ });
  t.is(refusal?.code, RefusalCode.outOfRange);
  await t.throwsAsync(board.restore(foreign.subarray(1)), {
    instanceOf: Refusal,
    message: /snapshot of this board has/,
  });
  t.true(Buffer.from(before).equals(await emulator.snapshot()));
});

test('counters count what was done', async (t) => {
  await using emulator = await startEmulator();
  await using board = await openBoard(emulator.url);
  await board.multiply(0, 1, window, new Int8Array(3 * window.rows));
  await board.read(0, window);
  t.like(await emulator.counters(), { multiplications: 3n, reads: 48n, programmedPairs: 0n });
});

test('devices that are broken on purpose', async (t) => {
  const dead = { core: 1, row: 2, column: 3, polarity: 'plus', fault: 'dead' } as const;
  const faults = { devices: [dead, { ...dead, device: 1 }] };
  await using emulator = await startEmulator({ faults });
  await using board = await openBoard(emulator.url);
  const cell = { rowStart: 2, rows: 1, columnStart: 3, columns: 1 };
  await board.program(1, cell, Uint16Array.of(10_000, 0));
  t.is((await board.read(1, cell))[0], 0);
  await t.throwsAsync(startEmulator({ faults: { devices: [{ ...dead, row: 256 }] } }), {
    instanceOf: RangeError,
    message: /no device 0 at core 1, row 256/,
  });
});

test('faults of the link cost time and nothing else', async (t) => {
  const answers = async (faults?: object) => {
    await using emulator = await startEmulator({ seed: 9, faults });
    const patience = { retryAfter: 20, redials: 12, redialAfter: 1 };
    // A link that breaks before the first hello is answered is the caller's to dial again.
    const open = (): Promise<Board> => openBoard(emulator.url, patience).catch(open);
    await using board = await open();
    const inputs = Int8Array.from({ length: window.rows }, (_, i) => 40 * i - 60);
    await programAndRead(board);
    const codes = [];
    for (let i = 0; i < 100; i++) codes.push(...(await board.multiply(0, 1, window, inputs)));
    return { codes, counters: await emulator.counters(), faults: emulator.linkFaults() };
  };
  const spoiled = await answers({ link: { rates: evenRates(0.2) } });
  const clean = await answers();
  t.deepEqual(spoiled.codes, clean.codes);
  t.deepEqual(spoiled.counters, clean.counters);
  t.true((spoiled.faults.disconnect ?? 0) > 0 && (spoiled.faults.corrupt ?? 0) > 0);
  t.deepEqual(clean.faults, {});
});
