import { crc32 } from 'node:zlib';
import { Connection, type Dial, dialFor, memoryDial } from '../drivers/index.js';
import { type Attachable, Firmware, listenTcp, openPty } from '../emulator/index.js';
import { Handlers } from '../emulator/firmware/handlers.js';
import { headerBytes, readUserData, trailerBytes, writeUserData } from '../protocol/index.js';
import { type Figure, interleave, median, medianRatio } from './measure.js';
import { RawBoard, RawHost } from './raw-messages.js';

/** Length of a long frame, in bytes. */
const LONG = 256 * 1024;
/** Length of a frame with an empty payload, and of the shortest request and answer that the batches have. */
const FRAME = headerBytes + trailerBytes;
const SHORT_WRITE = FRAME + writeUserData.request.fixedBytes;
const SHORT_READ = FRAME + readUserData.request.fixedBytes;
/** Requests of a batch: as many as the window holds. */
const REQUESTS = 16;
/** Round trips of a run. */
const TRIPS = 100;
const ROUNDS = 24;

/**
 * Our protocol against raw messages over the same transport and endpoint: batches to the board and from it, and round trips
 * of the shortest request. The raw messages are as many, as long, and written in the same pieces as the frames, each is
 * answered by one as long as the frame's answer, and each is collected in an array of its own, as a payload is; they
 * have no numbers, no checksums and no second try. Host and board share this process, so a ratio counts the work of both.
 */
export async function benchTransports(): Promise<Figure[]> {
  const area = new Uint8Array(LONG);
  const { execute } = new Handlers()
    .on(writeUserData, () => ({}))
    .on(readUserData, ({ offset, length }) => ({ offset, length, data: area.subarray(0, length) }));
  const figures: Figure[] = [];
  for (const [name, open] of Object.entries(endpoints)) {
    const board = await open(new Firmware({ execute, maxPayload: 2 * LONG }));
    const rawBoard = new RawBoard();
    const raw = await open(rawBoard);
    const connection = await Connection.open(board.dial, { crc32 });
    const host = new RawHost(await raw.dial(), rawBoard);
    figures.push(...(await compare(name, connection, host)));
    await connection.close();
    await host.close();
    await board.close();
    await raw.close();
  }
  return figures;
}

interface Opened {
  dial: Dial;
  close(): Promise<void>;
}

const endpoints: Record<string, (board: Attachable) => Promise<Opened>> = {
  memory: async (board) => ({
    dial: memoryDial('memory', (send) => board.attach(send, 'benchmark')),
    close: () => Promise.resolve(),
  }),
  tcp: async (board) => {
    const endpoint = await listenTcp(board, '127.0.0.1', 0);
    return { dial: dialFor(endpoint.url), close: () => endpoint.close() };
  },
  ...(process.platform !== 'win32' && {
    pty: async (board) => {
      const endpoint = await openPty(board);
      return { dial: dialFor(endpoint.url), close: () => endpoint.close() };
    },
  }),
};

async function compare(name: string, connection: Connection, host: RawHost): Promise<Figure[]> {
  const data = new Uint8Array(LONG - SHORT_WRITE);
  const write = { offset: 0, length: data.length, data };
  const read = { offset: 0, length: LONG - FRAME - readUserData.response.fixedBytes };
  const nothing = { offset: 0, length: 0, data: new Uint8Array() };
  const requests = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: REQUESTS }, work));
  const toBoard = { count: REQUESTS, request: LONG, answer: FRAME };
  const fromBoard = { count: REQUESTS, request: SHORT_READ, answer: LONG };
  const times = await interleave(
    {
      write: () => requests(() => connection.request(writeUserData, write)),
      rawWrite: () => host.exchange(toBoard),
      droppedWrite: () => host.exchange({ ...toBoard, drop: true }),
      read: () => requests(() => connection.request(readUserData, read)),
      rawRead: () => host.exchange(fromBoard),
      droppedRead: () => host.exchange({ ...fromBoard, drop: true }),
      trips: async () => {
        for (let i = 0; i < TRIPS; i++) await connection.request(writeUserData, nothing);
      },
      rawTrips: async () => {
        for (let i = 0; i < TRIPS; i++)
          await host.exchange({ count: 1, request: SHORT_WRITE, answer: FRAME });
      },
    },
    ROUNDS,
  );
  const batches = (direction: string, ours: number[], raw: number[], dropped: number[]): Figure[] => [
    {
      name: `${name}: batches ${direction} the board`,
      value: (REQUESTS * LONG) / 1000 / median(ours),
      unit: 'MB/s',
    },
    {
      name: `${name}: against raw`,
      value: medianRatio(raw, ours),
      unit: 'x',
      target: name === 'memory' ? undefined : { atLeast: 0.8 },
    },
    { name: `${name}: against raw that is dropped on arrival`, value: medianRatio(dropped, ours), unit: 'x' },
  ];
  return [
    ...batches('to', times.write, times.rawWrite, times.droppedWrite),
    ...batches('from', times.read, times.rawRead, times.droppedRead),
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trips), unit: 'a second' },
    { name: `${name}: against raw`, value: medianRatio(times.rawTrips, times.trips), unit: 'x' },
  ];
}
