import { Refusal, RefusalCode } from '../../protocol/index.js';
import { fastCrc32 } from '../../protocol/node/index.js';
import { dialFor } from './transports.js';
import { Board } from '../board/board.js';
import type { Information } from '../board/types.js';
import { registeredEmulators } from './emulators/emulator-registry.js';
import { serialPorts } from './serial/serial-ports.js';
import { testIds, usbDevices, usbNames } from './usb.js';

/** A board that was found. */
export interface FoundBoard {
  /** Address for `--board`. */
  board: string;
  over: 'usb' | 'serial' | 'emulator';
  /** Its description of itself; undefined if it did not answer. */
  information?: Information;
  /** Why it did not answer: held by another program, no permission, no board. */
  problem?: string;
}

/** All boards that were found. */
export interface Discovery {
  boards: FoundBoard[];
  /** What could not be searched, one sentence each. */
  notes: string[];
}

/** Where to look for boards. */
export interface DiscoveryOptions {
  /** Paths of serial ports to ask, even if they do not look like a board. */
  ports?: readonly string[];
  /**
   * Secret for the boards at `ports`. It is sent to no other board: whoever plugs one in, or runs one, could
   * else learn it.
   */
  token?: string;
  /** Milliseconds within which a board must answer. Default 1500. */
  patience?: number;
}

/**
 * Looks for boards: USB devices and serial ports with this project's identification, the serial ports in
 * `ports`, and this user's running emulators. Asks one after the other for its description, because one board
 * may have several addresses. Opens no other port.
 */
export async function discoverBoards(options: DiscoveryOptions = {}): Promise<Discovery> {
  const notes: string[] = [];
  const look = async (what: string, addresses: () => Promise<string[]>) => {
    try {
      return await addresses();
    } catch (error) {
      notes.push(`Could not search ${what}: ${(error as Error).message}`);
      return [];
    }
  };
  const emulators = registeredEmulators();
  notes.push(...emulators.problems);
  const named = (options.ports ?? []).map((path) => `serial:${path}`);
  const found = {
    usb: await look('USB', usbAddresses),
    serial: [...(await look('the serial ports', serialAddresses)), ...named],
    emulator: emulators.boards.filter((address) => !address.startsWith('usb:')),
  };

  const boards: FoundBoard[] = [];
  for (const over of ['usb', 'serial', 'emulator'] as const) {
    for (const board of new Set(found[over])) {
      const token = named.includes(board) ? options.token : undefined;
      boards.push({ board, over, ...(await ask(board, { ...options, token })) });
    }
  }
  return { boards, notes };
}

const usbAddresses = async (): Promise<string[]> => usbNames(testIds, await usbDevices(testIds));

const serialAddresses = async (): Promise<string[]> =>
  (await serialPorts())
    .filter(({ usb }) => usb?.vendor === testIds.vendor && usb.product === testIds.product)
    .map(({ path }) => `serial:${path}`);

async function ask(
  address: string,
  { token = '', patience = 1500 }: DiscoveryOptions,
): Promise<{ information?: Information; problem?: string }> {
  try {
    const limits = { giveUpAfter: patience, redials: 0 };
    const board = await Board.open(dialFor(address), {
      crc32: fastCrc32,
      token,
      host: 'pcm list',
      ...limits,
    });
    await board.close();
    return { information: board.information };
  } catch (error) {
    if (token === '' && error instanceof Refusal && error.code === RefusalCode.unauthorised)
      return { problem: `It demands a token, which only a board that you name gets: --board ${address}.` };
    return { problem: (error as Error).message };
  }
}
