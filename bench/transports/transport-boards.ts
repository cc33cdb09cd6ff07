import { type Attachable, Firmware } from '../../emulator/index.js';
import { listenTcp, listenUsbIp, openPty } from '../../emulator/node/index.js';
import { HEADER_BYTES, readUserData, TRAILER_BYTES, writeUserData } from '../../protocol/index.js';
import { fastCrc32 } from '../../protocol/node/index.js';
import { Handlers } from '../../emulator/firmware/handlers.js';
import { type RawExchange, listenPlainTcp, rawBoard } from './raw-messages.js';

/** Length of a long frame, in bytes. */
export const LONG = 256 * 1024;
/** Length of a frame without payload. */
const FRAME = HEADER_BYTES + TRAILER_BYTES;

const area = new Uint8Array(LONG);
const long = { offset: 0, length: LONG - FRAME - 8 };

/** Requests whose frames and answers are as long as the raw messages in `exchanges`. */
export const requests = {
  toBoard: { ...long, data: area.subarray(0, long.length) },
  fromBoard: long,
  trip: { offset: 0, length: 0, data: new Uint8Array() },
};

/** Raw messages as long as the frames of `requests` and their answers. */
export const exchanges = {
  toBoard: { request: LONG, answer: FRAME },
  fromBoard: { request: FRAME + 8, answer: LONG },
  trip: { request: FRAME + 8, answer: FRAME },
} satisfies Record<string, RawExchange>;
export type Exchange = keyof typeof exchanges;

/** A board that speaks the protocol but does nothing with the bytes. */
export function protocolBoard(): Attachable {
  const { execute } = new Handlers()
    .on(writeUserData, () => ({}))
    .on(readUserData, ({ offset, length }) => ({ offset, length, data: area.subarray(0, length) }));
  return new Firmware({ execute, maxPayload: LONG, crc32: fastCrc32 });
}

/** Makes one thing for each raw exchange. */
export async function eachExchange<T>(
  make: (name: Exchange) => T | Promise<T>,
): Promise<Record<Exchange, T>> {
  const names = Object.keys(exchanges) as Exchange[];
  const made = await Promise.all(names.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(made) as Record<Exchange, T>;
}

/** Transports whose boards run in another process. */
export type Way = 'tcp' | 'pty' | 'usbip';

/** Places that boards answer at: addresses, or ports of USB/IP and plain sockets. */
export interface Places {
  protocol: string;
  raw: Record<Exchange, string>;
  /** Raw boards on plain sockets; only over TCP. */
  plain?: Record<Exchange, string>;
}

const openers: Record<Way, (board: Attachable) => Promise<string>> = {
  tcp: async (board) => (await listenTcp(board, '127.0.0.1', 0)).url,
  pty: async (board) => (await openPty(board)).url,
  usbip: async (board) => {
    const identity = { manufacturer: 'pcm-hil', product: 'benchmark', serial: 'benchmark' };
    return String((await listenUsbIp(board, '127.0.0.1', 0, identity)).port);
  },
};

// Run as a process with the name of a way: opens an endpoint for each board and sends their places.
if (process.send) {
  const way = process.argv[2] as Way;
  const open = openers[way];
  const places: Places = {
    protocol: await open(protocolBoard()),
    raw: await eachExchange((name) => open(rawBoard(exchanges[name]))),
    plain:
      way === 'tcp' ? await eachExchange((name) => listenPlainTcp(rawBoard(exchanges[name]))) : undefined,
  };
  process.send(places);
}
