// A lab's test of its own code, on an emulated board in place of the one on the desk.
import { expect, test } from 'vitest';
import { openBoard } from 'pcm-hil';
import { startEmulator } from 'pcm-hil/testing';

test('a dead device takes no conductance', async ({ onTestFinished }) => {
  const dead = { core: 0, row: 5, column: 7, polarity: 'plus', fault: 'dead' };
  const emulator = await startEmulator({ profile: 'hermes-one-device', faults: { devices: [dead] } });
  onTestFinished(() => emulator.close());
  const board = await openBoard(emulator.url);
  onTestFinished(() => board.close());

  const cell = { rowStart: 5, rows: 1, columnStart: 7, columns: 1 };
  await board.program(0, cell, Uint16Array.of(9_000, 0)); // nS: plus, minus
  expect((await board.read(0, cell))[0]).toBe(0);
});
