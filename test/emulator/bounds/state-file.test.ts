import { crc32 } from 'node:zlib';
import test from 'ava';
import { SnapshotError } from '../../../emulator/chip/memory/image-declaration.js';
import { BoardState } from '../../../emulator/state/board-state.js';
import type { Disk, DiskFile } from '../../../emulator/state/disk.js';
import { Journal, type JournalRecord, StateError } from '../../../emulator/state/journal.js';
import { Kind } from '../../../emulator/state/records.js';
import { boardOf } from './board.js';

/** A disk with one file. */
class OneFile implements Disk {
  bytes: Uint8Array | undefined;
  #beside = new Uint8Array();
  readonly read = () => this.bytes;
  readonly remove = () => undefined;
  readonly lock = () => () => undefined;
  readonly rename = () => void (this.bytes = this.#beside);

  open(): DiskFile {
    return {
      write: (bytes, position) => {
        const grown = new Uint8Array(Math.max(this.#beside.length, position + bytes.length));
        grown.set(this.#beside);
        grown.set(bytes, position);
        this.#beside = grown;
        return bytes.length;
      },
      truncate: () => undefined,
      sync: () => undefined,
      close: () => undefined,
    };
  }
}

const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
const together = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const counters = doubles(0, 0, 0, 0, 0, 0);

/** Records that no board writes, although each has its checksum. */
const wrong: [what: string, record: JournalRecord][] = [
  ['a clock of NaN', { kind: Kind.clock, payload: doubles(NaN) }],
  ['an infinite clock', { kind: Kind.clock, payload: doubles(Infinity) }],
  ['a clock beyond its maximum', { kind: Kind.clock, payload: doubles(1.1e12) }],
  ['a clock below 0', { kind: Kind.clock, payload: doubles(-1) }],
  ['half a clock', { kind: Kind.clock, payload: words(0) }],
  ['a temperature of NaN', { kind: Kind.temperature, payload: doubles(1, NaN) }],
  ['a temperature that the chip cannot have', { kind: Kind.temperature, payload: doubles(1, 500) }],
  ['user data beyond the area', { kind: Kind.userData, payload: words(65_533, 0) }],
  ['user data without an offset', { kind: Kind.userData, payload: new Uint8Array(2) }],
  ['a change at a clock of NaN', { kind: Kind.change, payload: together(doubles(NaN), words(0), counters) }],
  ['a change of a core beyond', { kind: Kind.change, payload: together(doubles(1), words(2), counters) }],
  ['a change without its pairs', { kind: Kind.change, payload: together(doubles(1), words(0), counters) }],
  [
    'a change of a unit cell beyond',
    { kind: Kind.change, payload: together(doubles(1), words(0), counters, words(1, 30)) },
  ],
  [
    'a change of more pairs than there is memory',
    { kind: Kind.change, payload: together(doubles(1), words(0), counters, words(0xffffffff)) },
  ],
  [
    'a counter of NaN',
    { kind: Kind.change, payload: together(doubles(1), words(0), doubles(NaN, 0, 0, 0, 0, 0), words(0)) },
  ],
  ['a kind that is not known', { kind: 9, payload: new Uint8Array() }],
];

for (const [what, record] of wrong)
  test(`a state file with ${what} is refused in a sentence`, (t) => {
    const disk = new OneFile();
    const place = { path: 'board.pcm', disk, crc32 };
    const { chip, userArea } = boardOf();
    Journal.create(place, [
      { kind: Kind.snapshot, payload: chip.snapshot() },
      { kind: Kind.userData, payload: together(words(0), userArea.bytes) },
      record,
    ]);
    const before = disk.bytes?.slice();
    const error = t.throws(() => boardOf((board) => new BoardState(place, board)));
    t.true(error instanceof StateError || error instanceof SnapshotError, `${error}`);
    t.regex(error?.message ?? '', /board\.pcm/);
    t.deepEqual(disk.bytes, before);
  });
