import { crc32 } from 'node:zlib';
import { Connection, type Dial, type Transport, dialFor, memoryDial } from '../drivers/index.js';
import { type Attachable, Firmware, listenTcp, openPty } from '../emulator/index.js';
import { Handlers } from '../emulator/firmware/handlers.js';
import { readUserData, writeUserData } from '../protocol/index.js';
import { type Figure, interleave, median, medianRatio } from './measure.js';

/** Payload of a request of a batch, in bytes. */
const PAYLOAD = 256 * 1024;
/** Requests of a batch. */
const REQUESTS = 16;
/** Round trips of a run. */
const TRIPS = 100;
const ROUNDS = 12;

/** What an answer without contents takes: a header and a checksum. */
const ANSWER = 24;

/**
 * Our protocol against the same bytes raw over the same transport and endpoint: batches to the board and from it, and round
 * trips of the smallest request. Host and board share this process, so the ratio counts the work of both sides.
 */
export async function benchTransports(): Promise<Figure[]> {
  const area = new Uint8Array(PAYLOAD);
  const { execute } = new Handlers()
    .on(writeUserData, () => ({}))
    .on(readUserData, ({ offset, length }) => ({ offset, length, data: area.subarray(0, length) }));
  const firmware = new Firmware({ execute, maxPayload: 2 * PAYLOAD });
  const figures: Figure[] = [];
  for (const [name, open] of Object.entries(endpoints)) {
    const board = await open(firmware);
    const raw = await open(rawBoard);
    const connection = await Connection.open(board.dial, { crc32 });
    const line = new RawLine(await raw.dial());
    figures.push(...(await compare(name, connection, line)));
    await connection.close();
    await line.transport.close();
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

async function compare(name: string, connection: Connection, line: RawLine): Promise<Figure[]> {
  const data = new Uint8Array(PAYLOAD - writeUserData.request.fixedBytes);
  const write = { offset: 0, length: data.length, data };
  const read = { offset: 0, length: PAYLOAD };
  const nothing = { offset: 0, length: 0, data: new Uint8Array() };
  const requests = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: REQUESTS }, work));
  const times = await interleave(
    {
      write: () => requests(() => connection.request(writeUserData, write)),
      rawWrite: () => line.exchange(REQUESTS * PAYLOAD, REQUESTS * ANSWER),
      read: () => requests(() => connection.request(readUserData, read)),
      rawRead: () => line.exchange(REQUESTS * ANSWER, REQUESTS * PAYLOAD),
      trips: async () => {
        for (let i = 0; i < TRIPS; i++) await connection.request(writeUserData, nothing);
      },
      rawTrips: async () => {
        for (let i = 0; i < TRIPS; i++) await line.exchange(ANSWER + 8, ANSWER);
      },
    },
    ROUNDS,
  );
  const megabytes = (milliseconds: number[]) => (REQUESTS * PAYLOAD) / 1000 / median(milliseconds);
  const target = name === 'memory' ? undefined : { atLeast: 0.8 };
  return [
    { name: `${name}: batches to the board`, value: megabytes(times.write), unit: 'MB/s' },
    { name: `${name}: against raw`, value: medianRatio(times.rawWrite, times.write), unit: 'x', target },
    { name: `${name}: batches from the board`, value: megabytes(times.read), unit: 'MB/s' },
    { name: `${name}: against raw`, value: medianRatio(times.rawRead, times.read), unit: 'x', target },
    { name: `${name}: round trips`, value: (1000 * TRIPS) / median(times.trips), unit: 'a second' },
    { name: `${name}: against raw`, value: medianRatio(times.rawTrips, times.trips), unit: 'x' },
  ];
}

/** The first eight bytes say how many will come in all and how many are to be answered. */
const rawBoard: Attachable = {
  attach(send) {
    let left = 0;
    let answer = 0;
    return {
      receive(bytes) {
        if (left === 0) {
          const view = new DataView(bytes.buffer, bytes.byteOffset);
          left = view.getUint32(0);
          answer = view.getUint32(4);
        }
        left -= bytes.length;
        if (left > 0) return;
        for (let sent = 0; sent < answer; sent += PAYLOAD)
          send(zeros.subarray(0, Math.min(PAYLOAD, answer - sent)));
      },
      close: () => undefined,
    };
  },
};

const zeros = new Uint8Array(PAYLOAD);

/** The host's side of raw bytes. */
class RawLine {
  #left = 0;
  #done = () => {};

  constructor(readonly transport: Transport) {
    transport.start({
      onData: (bytes) => {
        this.#left -= bytes.length;
        if (this.#left <= 0) this.#done();
      },
      onClose: () => undefined,
    });
  }

  /** Sends so many bytes, waits for so many. */
  async exchange(send: number, receive: number): Promise<void> {
    this.#left = receive;
    const answered = new Promise<void>((resolve) => (this.#done = resolve));
    for (let sent = 0; sent < send; sent += PIECE) {
      const piece = new Uint8Array(Math.min(PIECE, send - sent));
      if (sent === 0) {
        const view = new DataView(piece.buffer);
        view.setUint32(0, send);
        view.setUint32(4, receive);
      }
      await this.transport.write(piece);
    }
    await answered;
  }
}

/** Bytes of one write, as many as the connection writes at once. */
const PIECE = 64 * 1024;
