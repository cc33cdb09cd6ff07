import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { Connection, type Dial, dialFor, memoryDial } from '../drivers/index.js';
import { readUserData, writeUserData } from '../protocol/index.js';
import { usbIpDial } from '../test/emulator/usbip-web-usb.js';
import { type Figure, interleave, median, medianRatio } from './measure.js';
import { RawHost } from './raw-messages.js';
import {
  type Exchange,
  LONG,
  type Places,
  type Way,
  exchanges,
  makeBoards,
  requests,
} from './transport-boards.js';

/** Requests of a batch: as many as the window holds. */
const BATCH = 64;
/** Round trips of a run. */
const TRIPS = 100;
const ROUNDS = 10;

/** Ways to all boards of `makeBoards`. */
type Dials = Record<'protocol' | Exchange, Dial>;

/**
 * Our protocol against raw messages over the same transport and endpoint: batches to the board and from it, and round trips
 * of the shortest request. The raw messages are as many, as long, and written in the same pieces as the frames, each is
 * answered by one as long as the frame's answer, and each is collected in an array of its own, as a payload is; they
 * have no numbers, no checksums, no second try. The boards are a process of their own, but for those in memory.
 */
export async function benchTransports(): Promise<Figure[]> {
  const figures = await compare('memory', memoryDials());
  const ways: Way[] =
    process.platform === 'win32'
      ? ['tcp', 'usbip']
      : process.env.WAYS
        ? (process.env.WAYS.split(',') as Way[])
        : ['tcp', 'pty', 'usbip'];
  for (const way of ways) {
    const boards = fork(fileURLToPath(new URL('transport-boards.js', import.meta.url)), [way]);
    try {
      const [places] = (await once(boards, 'message')) as [Places];
      figures.push(...(await compare(way, dials(way, places))));
    } finally {
      boards.kill();
    }
  }
  return figures;
}

function memoryDials(): Dials {
  const dials = Object.entries(makeBoards()).map(([name, board]) => [
    name,
    memoryDial('memory', (send) => board.attach(send, 'benchmark')),
  ]);
  return Object.fromEntries(dials) as Dials;
}

function dials(way: Way, places: Places): Dials {
  const dial = (place: string) => (way === 'usbip' ? usbIpDial(Number(place)) : dialFor(place));
  return Object.fromEntries(Object.entries(places).map(([name, place]) => [name, dial(place)])) as Dials;
}

async function compare(name: string, dials: Dials): Promise<Figure[]> {
  const connection = await Connection.open(dials.protocol, { crc32 });
  const raw = await Promise.all(
    Object.entries(exchanges).map(
      async ([key, exchange]) => [key, await RawHost.open(dials[key as Exchange], exchange)] as const,
    ),
  );
  const hosts = Object.fromEntries(raw) as Record<Exchange, RawHost>;
  const batch = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: BATCH }, work));
  const times = await interleave(
    {
      toBoard: () => batch(() => connection.request(writeUserData, requests.toBoard)),
      rawToBoard: () => hosts.toBoard.exchange(BATCH),
      droppedToBoard: () => hosts.toBoardDropped.exchange(BATCH),
      fromBoard: () => batch(() => connection.request(readUserData, requests.fromBoard)),
      rawFromBoard: () => hosts.fromBoard.exchange(BATCH),
      droppedFromBoard: () => hosts.fromBoardDropped.exchange(BATCH),
      trips: async () => {
        for (let i = 0; i < TRIPS; i++) await connection.request(writeUserData, requests.trip);
      },
      rawTrips: async () => {
        for (let i = 0; i < TRIPS; i++) await hosts.trip.exchange(1);
      },
    },
    ROUNDS,
  );
  for (const one of [connection, ...Object.values(hosts)]) await one.close();
  const target = name === 'tcp' || name === 'pty' ? { atLeast: 0.8 } : undefined;
  const batches = (direction: string, ours: number[], collected: number[], dropped: number[]): Figure[] => [
    {
      name: `${name}: batches ${direction} the board`,
      value: (BATCH * LONG) / 1000 / median(ours),
      unit: 'MB/s',
    },
    { name: `${name}: against raw`, value: medianRatio(collected, ours), unit: 'x', target },
    { name: `${name}: against raw that is dropped on arrival`, value: medianRatio(dropped, ours), unit: 'x' },
  ];
  return [
    ...batches('to', times.toBoard, times.rawToBoard, times.droppedToBoard),
    ...batches('from', times.fromBoard, times.rawFromBoard, times.droppedFromBoard),
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trips), unit: 'a second' },
    { name: `${name}: against raw`, value: medianRatio(times.rawTrips, times.trips), unit: 'x' },
  ];
}
