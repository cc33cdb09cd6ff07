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
import { RawHost, plainTcpDial, rawBoard } from './raw-messages.js';
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

/** Requests of a batch, all given at once. */
const BATCH = 64;
/** Batches of a run: so many that garbage of the run before weighs little. */
const BATCHES: Record<'memory' | Way, number> = { memory: 8, tcp: 16, pty: 1, usbip: 1 };
/** Round trips of a run. */
const TRIPS = 100;
const ROUNDS = 12;

type RawDials = Record<Exchange, Dial>;

/** Ways to a board, and to raw ones by what they are compared as. */
interface Dials {
  protocol: Dial;
  raw: Record<string, RawDials>;
}

/**
 * Our protocol against raw messages over the same transport: batches to the board and from it, and round trips of the
 * shortest request. The raw messages are as many, as long, and written in the same pieces as the frames, and each is
 * answered by one as long as the frame's answer; they have no numbers, no checksums, no second try, and are counted on
 * arrival. The boards are a process of their own, but for those in memory.
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

/** Over TCP, raw is what sockets give any program; there the same through our driver and endpoint is another figure. */
async function dials(way: Way, { protocol, raw, plain }: Places): Promise<Dials> {
  const dial = (place: string) => (way === 'usbip' ? usbIpDial(Number(place)) : dialFor(place));
  const ours = await eachExchange((name) => dial(raw[name]));
  if (!plain) return { protocol: dial(protocol), raw: { raw: ours } };
  const sockets = await eachExchange((name) => plainTcpDial(Number(plain[name])));
  return { protocol: dial(protocol), raw: { raw: sockets, 'raw, read as our driver reads': ours } };
}

async function compare(name: 'memory' | Way, dials: Dials): Promise<Figure[]> {
  const connection = await Connection.open(dials.protocol, { crc32: fastCrc32 });
  const rawHosts = await Promise.all(
    Object.entries(dials.raw).map(
      async ([kind, raw]) =>
        [kind, await eachExchange((exchange) => RawHost.open(raw[exchange], exchanges[exchange]))] as const,
    ),
  );
  const cases = Object.assign(
    protocolCases(connection, BATCHES[name]),
    ...rawHosts.map(([kind, hosts]) => rawCases(kind, hosts, BATCHES[name])),
  ) as Cases;
  const times = await interleave(cases, ROUNDS);
  await connection.close();
  for (const [, hosts] of rawHosts) for (const host of Object.values(hosts)) await host.close();
  return figures(name, Object.keys(dials.raw), times);
}

/** What is timed, by the names that `figures` looks for. */
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

const rawCases = (kind: string, hosts: Record<Exchange, RawHost>, batches: number): Cases => ({
  [`${kind} toBoard`]: repeat(batches, () => hosts.toBoard.exchange(BATCH)),
  [`${kind} fromBoard`]: repeat(batches, () => hosts.fromBoard.exchange(BATCH)),
  [`${kind} trip`]: repeat(TRIPS, () => hosts.trip.exchange(1)),
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
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trip), unit: 'a second' },
    ...against('trip', undefined),
  ];
}
