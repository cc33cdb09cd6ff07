// A lab's test of its own code, on an emulated board in place of the one on the desk.
import test from 'ava';
import { openBoard } from 'pcm-hil';
import { startEmulator } from 'pcm-hil/testing';

test('a programmed cell drifts down within a day', async (t) => {
  const emulator = await startEmulator({ profile: 'hermes', seed: 1 });
  t.teardown(() => emulator.close());
  const board = await openBoard(emulator.url);
  t.teardown(() => board.close());

  const cell = { rowStart: 0, rows: 1, columnStart: 0, columns: 1 };
  await board.program(0, cell, Uint16Array.of(12_000, 0)); // nS: plus, minus
  const [fresh] = await board.read(0, cell);
  await emulator.advance(24 * 3600);
  const [old] = await board.read(0, cell);
  t.true(old < fresh);
});
