import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Connection, type Dial, memoryDial } from '../../drivers/index.js';
import { dialFor } from '../../drivers/node/index.js';
import { fastCrc32 } from '../../protocol/node/index.js';
import type { Attachable } from '../../emulator/index.js';
import { readUserData, writeUserData } from '../../protocol/index.js';
import { usbIpDial } from '../../test/emulator/node/endpoints/usbip-web-usb.js';
import { type Figure, interleave, median, medianRatio } from '../fixtures/measure.js';
import { RawMessenger, plainTcpDial, rawBoard } from './raw-messages.js';
import {
  type Exchange,
  LONG,
  type Places,
  type Way,
  eachExchange,
  exchanges,
  protocolBoard,
  requests,
} from './transport-boards.js';

/** Requests in a batch, all sent at once. */
const BATCH = 64;
/** Batches per run: enough to make garbage of the previous run negligible. */
const BATCHES: Record<'memory' | Way, number> = { memory: 8, tcp: 16, pty: 1, usbip: 1 };
/** Round trips per run. */
const TRIPS = 100;
const ROUNDS = 12;

type RawDials = Record<Exchange, Dial>;

/** Dials of the boards that are compared. */
interface Dials {
  /** A board that speaks the protocol. */
  protocol: Dial;
  /** Boards that answer raw messages, by the name of the comparison. */
  raw: Record<string, RawDials>;
}

/**
 * The protocol against raw messages over the same transport: batches to the board and from it, and round
 * trips of the shortest request. There are as many raw messages as frames; they have the same length, are
 * written in the same pieces, and get answers of the same length. But they have no numbers, no checksums and
 * no retries: they are only counted. The boards run in another process, except those in memory.
 */
export async function benchTransports(): Promise<Figure[]> {
  const figures = await compare('memory', await memoryDials());
  for (const way of ways()) {
    const boards = fork(fileURLToPath(new URL('transport-boards.js', import.meta.url)), [way]);
    try {
      const [places] = (await once(boards, 'message')) as [Places];
      figures.push(...(await compare(way, await dials(way, places))));
    } finally {
      boards.kill();
    }
  }
  return figures;
}

function ways(): Way[] {
  if (process.env.WAYS) return process.env.WAYS.split(',') as Way[];
  return process.platform === 'win32' ? ['tcp', 'usbip'] : ['tcp', 'pty', 'usbip'];
}

async function memoryDials(): Promise<Dials> {
  const dial = (board: Attachable) => memoryDial('memory', (send) => board.attach(send, 'benchmark'));
  const raw = await eachExchange((name) => dial(rawBoard(exchanges[name])));
  return { protocol: dial(protocolBoard()), raw: { raw } };
}

/**
 * Over TCP there are two comparisons: with plain sockets, as any program would use them, and with raw
 * messages through the driver and endpoint of this package.
 */
async function dials(way: Way, { protocol, raw, plain }: Places): Promise<Dials> {
  const dial = (place: string) => (way === 'usbip' ? usbIpDial(Number(place)) : dialFor(place));
  const ours = await eachExchange((name) => dial(raw[name]));
  if (!plain) return { protocol: dial(protocol), raw: { raw: ours } };
  const sockets = await eachExchange((name) => plainTcpDial(Number(plain[name])));
  return { protocol: dial(protocol), raw: { raw: sockets, 'raw, through our driver': ours } };
}

async function compare(name: 'memory' | Way, dials: Dials): Promise<Figure[]> {
  const connection = await Connection.open(dials.protocol, { crc32: fastCrc32 });
  const messengers = await Promise.all(
    Object.entries(dials.raw).map(
      async ([kind, raw]) =>
        [
          kind,
          await eachExchange((exchange) => RawMessenger.open(raw[exchange], exchanges[exchange])),
        ] as const,
    ),
  );
  const cases = Object.assign(
    protocolCases(connection, BATCHES[name]),
    ...messengers.map(([kind, group]) => rawCases(kind, group, BATCHES[name])),
  ) as Cases;
  const times = await interleave(cases, ROUNDS);
  await connection.close();
  for (const [, group] of messengers) for (const one of Object.values(group)) await one.close();
  return figures(name, Object.keys(dials.raw), times);
}

/** Work to be timed, by the names that `figures` looks for. */
type Cases = Record<string, () => Promise<void>>;

function protocolCases(connection: Connection, batches: number): Cases {
  const batch = (request: () => Promise<unknown>) => Promise.all(Array.from({ length: BATCH }, request));
  const read = async () => {
    const { data } = await connection.request(readUserData, requests.fromBoard);
    connection.recycle(data);
  };
  return {
    toBoard: repeat(batches, () => batch(() => connection.request(writeUserData, requests.toBoard))),
    fromBoard: repeat(batches, () => batch(read)),
    trip: repeat(TRIPS, () => connection.request(writeUserData, requests.trip)),
  };
}

const rawCases = (kind: string, group: Record<Exchange, RawMessenger>, batches: number): Cases => ({
  [`${kind} toBoard`]: repeat(batches, () => group.toBoard.exchange(BATCH)),
  [`${kind} fromBoard`]: repeat(batches, () => group.fromBoard.exchange(BATCH)),
  [`${kind} trip`]: repeat(TRIPS, () => group.trip.exchange(1)),
});

const repeat = (times: number, work: () => Promise<unknown>) => async (): Promise<void> => {
  for (let i = 0; i < times; i++) await work();
};

function figures(name: 'memory' | Way, kinds: readonly string[], times: Record<string, number[]>): Figure[] {
  const target = name === 'tcp' || name === 'pty' ? { atLeast: 0.8 } : undefined;
  const against = (exchange: Exchange, wanted: Figure['target']): Figure[] =>
    kinds.map((kind, i) => ({
      name: `${name}: against ${kind}`,
      value: medianRatio(times[`${kind} ${exchange}`], times[exchange]),
      unit: 'x',
      target: i === 0 ? wanted : undefined,
    }));
  const speed = (exchange: Exchange) => (BATCHES[name] * BATCH * LONG) / 1000 / median(times[exchange]);
  return [
    { name: `${name}: batches to the board`, value: speed('toBoard'), unit: 'MB/s' },
    ...against('toBoard', target),
    { name: `${name}: batches from the board`, value: speed('fromBoard'), unit: 'MB/s' },
    ...against('fromBoard', target),
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trip), unit: 'per second' },
    ...against('trip', undefined),
  ];
}
