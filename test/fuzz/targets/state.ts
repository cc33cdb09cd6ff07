import { BoardState, plainBackend, SnapshotError, StateError } from '../../../emulator/index.js';
import type { Disk, DiskFile } from '../../../emulator/index.js';
import { Clock } from '../../../emulator/board/clock.js';
import type { NonVolatile } from '../../../emulator/board/parts.js';
import { UserArea } from '../../../emulator/board/user-area.js';
import { Chip } from '../../../emulator/chip/chip.js';
import { loadProfile } from '../../../emulator/node/index.js';
import type { Random } from '../../../network/index.js';
import { fastCrc32 } from '../../../protocol/node/index.js';
import { finish } from '../../emulator/chip/helpers.js';
import { mutateBytes } from '../mutate.js';
import { require, sameBytes, type Target } from '../target.js';

const profile = { ...loadProfile('hermes-thermal'), cores: 2, rows: 4, columns: 3 };
const window = { rowStart: 0, rows: 4, columnStart: 0, columns: 3 };
const PATH = 'board.pcm';

/** A small board without firmware, which keeps its state on a disk if one is given. */
function makeBoard(disk?: Disk): { board: NonVolatile; state?: BoardState } {
  const clock = new Clock('manual');
  const { now } = clock;
  let state: BoardState | undefined;
  const onChange = disk && ((change: Uint8Array) => state?.chipChanged(change));
  const chip = new Chip(profile, { seed: 1, now, backend: plainBackend(), onChange });
  const board = { chip, clock, userArea: new UserArea(32) };
  if (disk) state = new BoardState({ path: PATH, disk, crc32: fastCrc32 }, board);
  return { board, state };
}

/** Uses everything that a state may have spoilt. */
function use({ chip, clock }: NonVolatile): void {
  chip.counters();
  chip.read(0, window);
  chip.multiply(0, 2, window, 1, new Int8Array(8).fill(100));
  finish(chip.program(1, window, new Uint16Array(24).fill(900), { tolerance: 0, maxIterations: 0 }));
  require(Number.isFinite(clock.now()), 'The clock is no number.');
}

/** A disk with one file, in memory. */
class OneFile implements Disk {
  content: Uint8Array | undefined;
  #beside: Uint8Array | undefined;

  constructor(content?: Uint8Array) {
    this.content = content;
  }

  read = (): Uint8Array | undefined => this.content?.slice();
  lock = () => () => undefined;
  remove = (): void => void (this.#beside = undefined);
  rename = (): void => void (this.content = this.#beside);

  open(path: string): DiskFile {
    const isBeside = path !== PATH;
    if (isBeside) this.#beside = new Uint8Array();
    const set = (bytes: Uint8Array): void => {
      // After it was renamed, the file beside is the one.
      if (!isBeside || this.content === this.#beside) this.content = bytes;
      if (isBeside) this.#beside = bytes;
    };
    const get = () => (isBeside ? this.#beside! : this.content!);
    return {
      write(bytes, position) {
        set(Buffer.concat([get().subarray(0, position), bytes]));
        return bytes.length;
      },
      truncate: (size) => set(get().slice(0, size)),
      sync: () => undefined,
      close: () => undefined,
    };
  }
}

function stateSeed(work: (board: NonVolatile, state: BoardState) => void): Uint8Array {
  const disk = new OneFile();
  const { board, state } = makeBoard(disk);
  work(board, state!);
  return disk.content!;
}

/** Changes a record's kind or payload, or the order of the records; lengths and checksums fit. */
function mutateRecords(input: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const records: { kind: number; payload: Uint8Array }[] = [];
  for (let at = 8; at + 12 <= input.length;) {
    const end = at + 12 + view.getUint32(at + 4, true);
    records.push({ kind: view.getUint32(at, true), payload: input.subarray(at + 12, end) });
    at = end;
  }
  if (records.length === 0) return mutateBytes(input, random);
  const record = { ...records[random.below(records.length)] };
  const kind = random.below(8);
  if (kind < 5) record.payload = mutateBytes(record.payload, random);
  else if (kind === 5) record.kind = random.below(17);
  if (kind === 6) records.splice(random.below(records.length), 1);
  else records.splice(random.below(records.length + 1), kind === 7 ? 0 : 1, record);
  const parts = records.map(({ kind, payload }) => {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt32LE(kind);
    bytes.writeUInt32LE(payload.length, 4);
    bytes.set(payload, 12);
    bytes.writeUInt32LE(fastCrc32(bytes.subarray(12), fastCrc32(bytes.subarray(0, 8))), 8);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat([input.subarray(0, 8), ...parts]));
}

export const state: Target = {
  name: 'state',
  reads: 'state files of emulated boards',
  refusals: [StateError, SnapshotError],
  seeds: () => [
    stateSeed(() => undefined),
    stateSeed(({ chip, clock, userArea }, kept) => {
      clock.advance(5);
      kept.clockMoved();
      chip.setTemperature(40);
      kept.temperatureChanged();
      userArea.write(3, Uint8Array.of(1, 2));
      kept.userDataChanged(3, Uint8Array.of(1, 2));
      chip.pulse(1, { rows: [1], columns: [2], polarities: [0], devices: [0], kinds: [1] });
      chip.setColumnAffine(0, 1, Int16Array.of(9), Int16Array.of(-9));
    }),
  ],
  read(input) {
    const disk = new OneFile(input);
    const { board, state } = makeBoard(disk);
    use(board);
    state!.close();
    const again = makeBoard(new OneFile(disk.content)).board;
    require(sameBytes(
      again.chip.snapshot(),
      board.chip.snapshot(),
    ), 'The state is another when it is read again.');
  },
  mutate: mutateRecords,
};

export const snapshot: Target = {
  name: 'snapshot',
  reads: 'snapshots of chips',
  refusals: [SnapshotError],
  seeds: () => {
    const { chip } = makeBoard().board;
    const fresh = chip.snapshot();
    finish(chip.program(0, window, new Uint16Array(24).fill(700), { tolerance: 0, maxIterations: 0 }));
    return [fresh, chip.snapshot()];
  },
  read(input) {
    const { board } = makeBoard();
    board.clock.set(board.chip.restore(input));
    require(sameBytes(board.chip.snapshot(), input), 'A snapshot of what was restored is another.');
    use(board);
  },
};
