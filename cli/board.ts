import {
  AddressError,
  type Board,
  type Dial,
  type Scheme,
  dialFor,
  memoryDial,
  openBoard,
  schemes,
} from '../drivers/index.js';
import { EmulatedBoard, loadProfile } from '../emulator/index.js';
import type { BoardOptions } from './options.js';

/**
 * `emulator:PROFILE?seed=N`: an emulator inside this process, spoken to in frames like any board.
 * Errors: `AddressError`, `ProfileError`.
 */
const emulator: Scheme = (address) => {
  const { profile, seed } = parseEmulatorAddress(address);
  const board = new EmulatedBoard({ profile: loadProfile(profile), seed });
  return memoryDial(address, (send) => board.firmware.attach(send, 'this process'));
};

function parseEmulatorAddress(address: string): { profile: string; seed: number } {
  const match = /^emulator:([^?]*)(?:\?(.*))?$/i.exec(address);
  const query = new URLSearchParams(match?.[2]);
  const unknown = [...query.keys()].find((key) => key !== 'seed');
  const seed = Number(query.get('seed') ?? 1);
  if (!match || unknown !== undefined || !Number.isSafeInteger(seed) || seed < 0) {
    throw new AddressError(
      `'${address}' is no address of an emulator; write emulator:PROFILE?seed=N, say emulator:hermes?seed=1.`,
    );
  }
  return { profile: match[1] || 'hermes', seed };
}

const known: Readonly<Record<string, Scheme>> = { ...schemes, emulator };

/** How to reach the board at an address. Errors: `AddressError`, `ProfileError`. */
export const dialBoard = (address: string): Dial => dialFor(address, known);

/** Opens the board, does the work and closes the board, whatever happens. */
export async function withBoard<T>(
  { board: address, token }: BoardOptions,
  work: (board: Board) => Promise<T>,
): Promise<T> {
  const board = await openBoard(address, { token, host: `pcm ${process.argv[2]}`, schemes: known });
  try {
    return await work(board);
  } finally {
    await board.close();
  }
}
