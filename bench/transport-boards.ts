import { type Attachable, Firmware, listenTcp, listenUsbIp, openPty } from '../emulator/index.js';
import { Handlers } from '../emulator/firmware/handlers.js';
import { headerBytes, readUserData, trailerBytes, writeUserData } from '../protocol/index.js';
import { type RawExchange, rawBoard } from './raw-messages.js';

/** Length of a long frame, in bytes. */
export const LONG = 256 * 1024;
/** Length of a frame without payload. */
const FRAME = headerBytes + trailerBytes;

const area = new Uint8Array(LONG);
const long = { offset: 0, length: LONG - FRAME - 8 };

/** Requests whose frames, and those of their answers, are as long as the raw messages below. */
export const requests = {
  toBoard: { ...long, data: area.subarray(0, long.length) },
  fromBoard: long,
  trip: { offset: 0, length: 0, data: new Uint8Array() },
};

/** The same as raw messages. */
export const exchanges = {
  toBoard: { request: LONG, answer: FRAME },
  toBoardDropped: { request: LONG, answer: FRAME, drop: true },
  fromBoard: { request: FRAME + 8, answer: LONG },
  fromBoardDropped: { request: FRAME + 8, answer: LONG, drop: true },
  trip: { request: FRAME + 8, answer: FRAME },
} satisfies Record<string, RawExchange>;
export type Exchange = keyof typeof exchanges;

/** A board that takes and gives bytes without doing anything with them, and one for each raw exchange. */
export function makeBoards(): Record<'protocol' | Exchange, Attachable> {
  const { execute } = new Handlers()
    .on(writeUserData, () => ({}))
    .on(readUserData, ({ offset, length }) => ({ offset, length, data: area.subarray(0, length) }));
  const raw = Object.entries(exchanges).map(([name, exchange]) => [name, rawBoard(exchange)] as const);
  return {
    protocol: new Firmware({ execute, maxPayload: LONG }),
    ...(Object.fromEntries(raw) as Record<Exchange, Attachable>),
  };
}

export type Way = 'tcp' | 'pty' | 'usbip';

/** Where they answer: an address, or a port of USB/IP. */
export type Places = Record<'protocol' | Exchange, string>;

const openers: Record<Way, (board: Attachable) => Promise<string>> = {
  tcp: async (board) => (await listenTcp(board, '127.0.0.1', 0)).url,
  pty: async (board) => (await openPty(board)).url,
  usbip: async (board) => {
    const identity = { manufacturer: 'pcm-hil', product: 'benchmark', serial: 'benchmark' };
    return String((await listenUsbIp(board, '127.0.0.1', 0, identity)).port);
  },
};

/** Started as a process of its own with the name of a way: opens an endpoint for each board and tells where. */
if (process.send) {
  const open = openers[process.argv[2] as Way];
  const places = Object.entries(makeBoards()).map(
    async ([name, board]) => [name, await open(board)] as const,
  );
  process.send(Object.fromEntries(await Promise.all(places)));
}
