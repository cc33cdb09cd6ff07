import { openBoard, routeTo } from '../../boards/index.js';
import type { Board, Dial } from '../../drivers/index.js';
import type { BoardOptions } from '../options.js';
import { warn } from '../terminal/output.js';
import { whenFree } from './waiting.js';

/**
 * Does work that needs the dial of the board at an address. Errors: `AddressError`; for an embedded emulator
 * also `ProfileError`, `StateError` and `SnapshotError`.
 */
export async function withDial<T>(address: string, work: (dial: Dial) => Promise<T>): Promise<T> {
  const { dial, close } = routeTo(address, {}, warn);
  try {
    return await work(dial);
  } finally {
    close();
  }
}

/**
 * Opens the board, does the work and closes the board in any case. Waits for a board that another host holds,
 * if told to. Errors: those of `withDial`, `LinkError`, `Refusal`, `BusyError`.
 */
export async function withBoard<T>(
  { board: address, token, wait = 0 }: BoardOptions,
  work: (board: Board) => Promise<T>,
): Promise<T> {
  const open = () => openBoard(address, { token, host: `pcm ${process.argv[2]}`, onWarning: warn });
  await using board = await whenFree(open, wait);
  return await work(board);
}
