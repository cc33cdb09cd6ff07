import {
  type Dial,
  Board,
  BoardError,
  LinkError,
  type MemoryPeer,
  memoryDial,
} from '../../../../drivers/index.js';
import { FrameKind, Refusal } from '../../../../protocol/index.js';
import { frameHeader, HEADER_BYTES, TRAILER_BYTES } from '../../../../protocol/frames/frame.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { VirtualTime } from '../../../simulation/world/virtual-time.js';
import { require, type Target } from '../../target.js';
import { smallProfile } from '../boards/small-profile.js';
import { makeBoard } from './firmware.js';
import { mutateFrames } from './frames.js';

const { rows, columns } = smallProfile;
const window = { rowStart: 0, rows, columnStart: 0, columns };
const pairs = rows * columns;
const cells = {
  rows: Uint16Array.of(0, 1),
  columns: Uint16Array.of(1, 2),
  targets: new Uint16Array(4).fill(500),
};
const pulses = {
  rows: Uint16Array.of(1),
  columns: Uint16Array.of(2),
  polarities: Uint8Array.of(0),
  devices: Uint8Array.of(0),
  kinds: Uint8Array.of(1),
};

/** What the host does; the first byte of an input says which. */
const work: ((board: Board) => Promise<unknown>)[] = [
  (board) => board.status(),
  (board) => board.program(0, window, new Uint16Array(2 * pairs).fill(700), { onProgress: () => undefined }),
  (board) => board.programCells(1, cells),
  (board) => board.read(0, window),
  (board) => board.multiply(0, 2, window, new Int8Array(3 * 2 * rows).fill(9)),
  async (board) => board.writeColumns(0, 0, await board.readColumns(0, 0, columns)),
  async (board) => board.writeUserData(0, await board.readUserData(0, 16)),
  (board) => board.pulse(0, pulses),
  (board) => board.snapshot(),
  async (board) => board.setTemperature(await board.temperature()),
  (board) => board.advanceClock(1),
];

/** Milliseconds in which everything must end: commands are given up after two seconds. */
const MAX_MILLISECONDS = 120_000;
/** Frames that a host may write for one command, however confused the board is. */
const MAX_WRITES = 400;

async function drive(dial: Dial, time: VirtualTime, which: number): Promise<void> {
  const options = { crc32: fastCrc32, time, session: 1n, giveUpAfter: 2000, helloWithin: 1000, redials: 1 };
  const all = async () => {
    const board = await Board.open(dial, options);
    try {
      await work[which % work.length](board);
    } finally {
      await board.close();
    }
  };
  await time.run(all(), MAX_MILLISECONDS);
}

/** Bytes from `at` up to the end of the next answer, a frame that is no progress; up to 16 bytes of garbage. */
function nextAnswer(bytes: Uint8Array, at: number): number {
  while (at + HEADER_BYTES <= bytes.length) {
    const { sync, kind, length } = frameHeader.decode(bytes.subarray(at, at + HEADER_BYTES));
    if (sync !== 0x4350) return at + 16;
    at += HEADER_BYTES + length + TRAILER_BYTES;
    if (kind !== FrameKind.progress) break;
  }
  return at;
}

/** A board that sends the next part of `bytes` whenever the host has written. */
function parrot(bytes: Uint8Array): (send: (bytes: Uint8Array) => void) => MemoryPeer {
  let at = 0;
  let writes = 0;
  return (send) => ({
    receive() {
      require(++writes < MAX_WRITES, 'The host writes without end.');
      if (at >= bytes.length) return;
      const end = nextAnswer(bytes, at);
      send(bytes.slice(at, end));
      at = end;
    },
    close: () => undefined,
  });
}

export const host: Target = {
  name: 'host',
  reads: 'frames at the host, as answers of a board',
  refusals: [BoardError, LinkError, Refusal],
  seeds: () =>
    Promise.all(
      work.map(async (_, which) => {
        const time = new VirtualTime();
        const board = makeBoard(time);
        const sent: Uint8Array[] = [];
        const attach = (send: (bytes: Uint8Array) => void) =>
          board.firmware.attach((bytes) => (sent.push(bytes.slice()), send(bytes)), 'a fuzzer');
        await drive(memoryDial('memory:', attach, time), time, which);
        return Uint8Array.from(Buffer.concat([Uint8Array.of(which), ...sent]));
      }),
    ),
  async read(input) {
    const time = new VirtualTime();
    await drive(memoryDial('memory:', parrot(input.subarray(1)), time), time, input[0] ?? 0);
  },
  mutate: (input, random) =>
    Uint8Array.from([
      random.below(20) === 0 ? random.below(work.length) : input[0],
      ...mutateFrames(input.subarray(1), random),
    ]),
};
