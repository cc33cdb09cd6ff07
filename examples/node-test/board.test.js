// A lab's test of its own code, on an emulated board in place of the one on the desk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBoard } from 'pcm-hil';
import { startEmulator } from 'pcm-hil/testing';

let emulator;
let board;
before(async () => {
  emulator = await startEmulator({ profile: 'hermes', seed: 1 });
  board = await openBoard(emulator.url);
});
after(async () => {
  await board.close();
  await emulator.close();
});

test('a snapshot takes the board back to where a test began', async () => {
  const cell = { rowStart: 0, rows: 1, columnStart: 0, columns: 1 };
  await board.program(0, cell, Uint16Array.of(12_000, 0)); // nS: plus, minus
  const snapshot = await emulator.snapshot();
  const before = await board.read(0, cell);
  await board.program(0, cell, Uint16Array.of(0, 0));
  await emulator.restore(snapshot);
  assert.deepEqual(await board.read(0, cell), before);
});
