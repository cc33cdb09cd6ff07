import { Board, type ConnectionOptions, type TransportSchemes } from '../drivers/index.js';
import { type NodeBoardOptions, createEmulatedBoard } from '../emulator/node/index.js';
import { fastCrc32 } from '../protocol/node/index.js';
import { type Route, routeToEmulator } from './embedded.js';
import { routeTo } from './route.js';

/** How to open a board; every entry may be left out. */
export interface OpenBoardOptions extends Partial<ConnectionOptions> {
  /** Your own transports, by the scheme of their addresses; see docs/extending.md. */
  transports?: TransportSchemes;
  /** Called with a sentence if an embedded emulator has something to tell, such as a state file cut short. */
  onWarning?: (sentence: string) => void;
}

/**
 * Opens the board at an address: `emulator:hermes?seed=1` (embedded in this process), `tcp://127.0.0.1:7411`,
 * `serial:/dev/ttyACM0?baudRate=3000000`, `usb:1209:0001`. Closing the board also ends an embedded emulator.
 * Errors: `AddressError` for an address that cannot be understood; `LinkError` if no board answers; the
 * board's `Refusal`; of an embedded emulator also `ProfileError`, `StateError` and `SnapshotError`.
 */
export const openBoard = async (
  address: string,
  { transports, onWarning, ...options }: OpenBoardOptions = {},
): Promise<Board> => open(routeTo(address, transports, onWarning), options);

/**
 * Opens an emulated board in this process that has no address, say one with a profile of your own. Closing
 * the board also ends the emulator. Errors: `StateError` and `SnapshotError` of its state file.
 */
export const openEmulatedBoard = async (
  emulated: NodeBoardOptions,
  options: Partial<ConnectionOptions> = {},
): Promise<Board> => open(routeToEmulator(createEmulatedBoard(emulated), 'emulator'), options);

async function open({ dial, close }: Route, options: Partial<ConnectionOptions>): Promise<Board> {
  try {
    return await Board.open(dial, { crc32: fastCrc32, onClose: close, ...options });
  } catch (error) {
    close();
    throw error;
  }
}
