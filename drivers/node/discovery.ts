import { fastCrc32 } from '../../protocol/node/index.js';
import { dialFor } from './transports.js';
import { Board, type Information } from '../board/board.js';
import { registeredEmulators } from './emulator-registry.js';
import { serialPorts } from './serial/serial-ports.js';
import { testIds, usbDevices, usbName } from './usb.js';

/** Where a board was found, and what it said. */
export interface FoundBoard {
  /** Address for `--board`. */
  board: string;
  over: 'usb' | 'serial' | 'emulator';
  /** What it says of itself; undefined where it did not answer. */
  information?: Information;
  /** Why it did not: held by another program, no permission, no answer. */
  problem?: string;
}

export interface Discovery {
  boards: FoundBoard[];
  /** What could not be looked at, a sentence each. */
  notes: string[];
}

export interface DiscoveryOptions {
  /** Serial ports to ask though they do not look like a board. */
  ports?: readonly string[];
  token?: string;
  /** Milliseconds that a board may take to answer. */
  patience?: number;
}

/**
 * Looks for boards: USB devices and serial ports with the identification of this project, the serial ports named, and the
 * running emulators of this user. Each is asked who it is, one after the other, since one board may have several addresses;
 * no other port is opened.
 */
export async function discoverBoards(options: DiscoveryOptions = {}): Promise<Discovery> {
  const notes: string[] = [];
  const look = async (what: string, addresses: () => Promise<string[]>) => {
    try {
      return await addresses();
    } catch (error) {
      notes.push(`Could not look at ${what}: ${(error as Error).message}`);
      return [];
    }
  };
  const found = {
    usb: await look('USB', usbAddresses),
    serial: await look('the serial ports', serialAddresses),
    emulator: registeredEmulators().filter((address) => !address.startsWith('usb:')),
  };
  found.serial.push(...(options.ports ?? []).map((path) => `serial:${path}`));

  const boards: FoundBoard[] = [];
  for (const over of ['usb', 'serial', 'emulator'] as const) {
    for (const board of new Set(found[over])) boards.push({ board, over, ...(await ask(board, options)) });
  }
  return { boards, notes };
}

const usbAddresses = async (): Promise<string[]> =>
  (await usbDevices(testIds)).map(({ serialNumber }) =>
    usbName({ ...testIds, serial: serialNumber ?? undefined }),
  );

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
    return { problem: (error as Error).message };
  }
}
