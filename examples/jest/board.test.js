// A lab's test of its own code, on an emulated board in place of the one on the desk.
import { openBoard } from 'pcm-hil';
import { startEmulator } from 'pcm-hil/testing';

let emulator;
let board;
beforeEach(async () => {
  emulator = await startEmulator({ profile: 'ideal', seed: 1 });
  board = await openBoard(emulator.url);
});
afterEach(async () => {
  await board.close();
  await emulator.close();
});

test('two vectors multiplied are two vectors counted', async () => {
  const window = { rowStart: 0, rows: 3, columnStart: 0, columns: 4 };
  const codes = await board.multiply(0, 1, window, new Int8Array(2 * 3).fill(100));
  expect(codes).toHaveLength(2 * 4);
  expect((await emulator.counters()).multiplications).toBe(2n);
});
