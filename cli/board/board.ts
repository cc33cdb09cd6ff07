import { openBoard, routeTo } from '../../boards/index.js';
import type { Board, Dial } from '../../drivers/index.js';
import type { BoardOptions } from '../options.js';

/**
 * Does some work with the board at an address, given how to reach it.
 * Errors: `AddressError`, and where the board is an emulator `ProfileError`, `StateError` and `SnapshotError`.
 */
export async function withDial<T>(address: string, work: (dial: Dial) => Promise<T>): Promise<T> {
  const { dial, close } = routeTo(address);
  try {
    return await work(dial);
  } finally {
    close();
  }
}

/** Opens the board, does the work and closes the board, whatever happens. Errors: as of `withDial`. */
export async function withBoard<T>(
  { board: address, token }: BoardOptions,
  work: (board: Board) => Promise<T>,
): Promise<T> {
  await using board = await openBoard(address, { token, host: `pcm ${process.argv[2]}` });
  return await work(board);
}
