import { fastCrc32 } from './fast-crc32.js';
import { type Scheme, dialFor, schemes } from './address.js';
import { Board } from './board.js';
import type { ConnectionOptions } from './connection.js';

export interface OpenBoardOptions extends Partial<ConnectionOptions> {
  /** Further schemes, say `emulator`. */
  schemes?: Readonly<Record<string, Scheme>>;
}

/**
 * Opens the board at an address such as `tcp://127.0.0.1:7411`.
 * Errors: `AddressError` for an address that cannot be understood, `LinkError` where no board answers, the board's `Refusal`.
 */
export function openBoard(address: string, options: OpenBoardOptions = {}): Promise<Board> {
  return Board.open(dialFor(address, { ...schemes, ...options.schemes }), { crc32: fastCrc32, ...options });
}
