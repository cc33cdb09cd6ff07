import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Connection, type Dial, dialFor, fastCrc32, memoryDial } from '../drivers/index.js';
import type { Attachable } from '../emulator/index.js';
import { readUserData, writeUserData } from '../protocol/index.js';
import { usbIpDial } from '../test/emulator/usbip-web-usb.js';
import { type Figure, interleave, median, medianRatio } from './measure.js';
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
/** Batches of a run: enough that garbage of the run before weighs little. */
const BATCHES = 8;
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

async function compare(name: string, dials: Dials): Promise<Figure[]> {
  const connection = await Connection.open(dials.protocol, { crc32: fastCrc32 });
  const rawHosts = await Promise.all(
    Object.entries(dials.raw).map(
      async ([kind, raw]) =>
        [kind, await eachExchange((exchange) => RawHost.open(raw[exchange], exchanges[exchange]))] as const,
    ),
  );
  const cases: Record<string, () => Promise<void>> = {
    toBoard: batches(() => connection.request(writeUserData, requests.toBoard)),
    fromBoard: batches(async () => {
      const { data } = await connection.request(readUserData, requests.fromBoard);
      connection.recycle(data);
    }),
    trip: async () => {
      for (let i = 0; i < TRIPS; i++) await connection.request(writeUserData, requests.trip);
    },
  };
  for (const [kind, hosts] of rawHosts) {
    for (const exchange of ['toBoard', 'fromBoard'] as const) {
      cases[`${kind} ${exchange}`] = async () => {
        for (let i = 0; i < BATCHES; i++) await hosts[exchange].exchange(BATCH);
      };
    }
    cases[`${kind} trip`] = async () => {
      for (let i = 0; i < TRIPS; i++) await hosts.trip.exchange(1);
    };
  }
  const times = await interleave(cases, ROUNDS);
  await connection.close();
  for (const [, hosts] of rawHosts) for (const host of Object.values(hosts)) await host.close();
  return figures(name, Object.keys(dials.raw), times);
}

const batches = (request: () => Promise<unknown>) => async (): Promise<void> => {
  for (let i = 0; i < BATCHES; i++) await Promise.all(Array.from({ length: BATCH }, request));
};

function figures(name: string, kinds: readonly string[], times: Record<string, number[]>): Figure[] {
  const target = name === 'tcp' || name === 'pty' ? { atLeast: 0.8 } : undefined;
  const against = (exchange: Exchange, wanted: Figure['target']): Figure[] =>
    kinds.map((kind, i) => ({
      name: `${name}: against ${kind}`,
      value: medianRatio(times[`${kind} ${exchange}`], times[exchange]),
      unit: 'x',
      target: i === 0 ? wanted : undefined,
    }));
  const speed = (exchange: Exchange) => (BATCHES * BATCH * LONG) / 1000 / median(times[exchange]);
  return [
    { name: `${name}: batches to the board`, value: speed('toBoard'), unit: 'MB/s' },
    ...against('toBoard', target),
    { name: `${name}: batches from the board`, value: speed('fromBoard'), unit: 'MB/s' },
    ...against('fromBoard', target),
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trip), unit: 'a second' },
    ...against('trip', undefined),
  ];
}
