import {
  type Board,
  type Dial,
  type Scheme,
  dialFor,
  memoryDial,
  openBoard,
  schemes,
} from '../drivers/index.js';
import { EmulatedBoard } from '../emulator/index.js';
import { parseEmulatorAddress } from './emulator-address.js';
import type { BoardOptions } from './options.js';

/** Emulators inside this process, spoken to in frames like any board. */
class EmbeddedBoards {
  readonly #boards: EmulatedBoard[] = [];

  /** Errors: `AddressError`, `ProfileError`, `StateError`, `SnapshotError`. */
  readonly scheme: Scheme = (address) => {
    const board = new EmulatedBoard(parseEmulatorAddress(address));
    this.#boards.push(board);
    return memoryDial(address, (send) => board.firmware.attach(send, 'this process'));
  };

  /** Switches them off, so that what is kept in a file is whole. */
  close(): void {
    for (const board of this.#boards) board.close();
  }
}

/**
 * Does some work with the board at an address, given how to reach it.
 * Errors: `AddressError`, and where the board is an emulator `ProfileError`, `StateError` and `SnapshotError`.
 */
export async function withDial<T>(address: string, work: (dial: Dial) => Promise<T>): Promise<T> {
  const embedded = new EmbeddedBoards();
  try {
    return await work(dialFor(address, { ...schemes, emulator: embedded.scheme }));
  } finally {
    embedded.close();
  }
}

/** Opens the board, does the work and closes the board, whatever happens. Errors as of `withDial`. */
export async function withBoard<T>(
  { board: address, token }: BoardOptions,
  work: (board: Board) => Promise<T>,
): Promise<T> {
  const embedded = new EmbeddedBoards();
  try {
    const board = await openBoard(address, {
      token,
      host: `pcm ${process.argv[2]}`,
      schemes: { emulator: embedded.scheme },
    });
    try {
      return await work(board);
    } finally {
      await board.close();
    }
  } finally {
    embedded.close();
  }
}
