import { concatenate } from '../../protocol/index.js';
import type { Keeper, NonVolatile } from '../board/parts.js';
import { Journal, type JournalPlace, type JournalRecord, StateError } from './journal.js';

/** Kinds of records. */
const Kind = { snapshot: 1, change: 2, userData: 3, clock: 4, temperature: 5 } as const;

/** Changes are folded into one snapshot when they have this many times the size of a whole board. */
const CHANGES_PER_WHOLE = 2;

/**
 * The file that keeps a board over restarts: a snapshot of the chip and the user area, then each change
 * since. Every change is on the disk before the board answers. Time stands still while the board is off: the
 * clock continues from its last recorded reading.
 */
export class BoardState implements Keeper {
  #journal: Journal;
  readonly #wholeSize: number;
  readonly #place: JournalPlace;
  readonly #release: () => void;
  readonly #board: NonVolatile;

  /**
   * Brings the board to the state of the file, or makes the file if there is none.
   * Errors: `StateError` or `SnapshotError`, with the file untouched, if it is in use, not readable or of
   * another chip.
   */
  constructor(place: JournalPlace, board: NonVolatile) {
    this.#place = place;
    this.#board = board;
    this.#release = place.disk.lock(place.path);
    try {
      this.#journal = this.#resume(place);
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#wholeSize = this.#whole().reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** Brings the board to the state of the file, and opens the file for more. */
  #resume(place: JournalPlace): Journal {
    const found = Journal.read(place, this.#whole().length);
    if (!found) return Journal.create(place, this.#whole());
    for (const record of found.records) this.#replay(record);
    return Journal.append(place, found.size);
  }

  /** Records a change of the chip, as its `onChange` gets it. */
  chipChanged(change: Uint8Array): void {
    this.#append(Kind.change, concatenate(this.#clockBytes(), change));
  }

  /** Records a write to the user area. */
  userDataChanged(offset: number, data: Uint8Array): void {
    this.#append(Kind.userData, concatenate(new Uint8Array(Uint32Array.of(offset).buffer), data));
  }

  /** Records that the clock was moved. */
  clockMoved(): void {
    this.#append(Kind.clock, this.#clockBytes());
  }

  /** Records that the temperature was changed. */
  temperatureChanged(): void {
    const { temperature } = this.#board.chip;
    this.#append(Kind.temperature, concatenate(this.#clockBytes(), bytesOf(temperature)));
  }

  /** Replaces the file's content by the board as it is, after a snapshot was restored. */
  rewrite(): void {
    const written = Journal.create(this.#place, this.#whole());
    this.#journal.close();
    this.#journal = written;
  }

  /**
   * Records the last reading of clock and counters and closes the file.
   * Errors: `StateError` if that cannot be written; the file then holds the last change that was recorded.
   */
  close(): void {
    try {
      this.rewrite();
    } finally {
      this.#journal.close();
      this.#release();
    }
  }

  #append(kind: number, payload: Uint8Array): void {
    this.#journal.append({ kind, payload });
    if (this.#journal.size > (1 + CHANGES_PER_WHOLE) * this.#wholeSize) this.#fold();
  }

  /** Folds the changes. If there is no room for a new file, the old one, which holds everything, grows. */
  #fold(): void {
    try {
      this.rewrite();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }

  #whole(): JournalRecord[] {
    const { chip, userArea } = this.#board;
    return [
      { kind: Kind.snapshot, payload: chip.snapshot() },
      { kind: Kind.userData, payload: concatenate(new Uint8Array(4), userArea.bytes) },
    ];
  }

  #clockBytes(): Uint8Array {
    return bytesOf(this.#board.clock.now());
  }

  #replay({ kind, payload }: JournalRecord): void {
    const { chip, clock, userArea } = this.#board;
    const view = new DataView(payload.buffer, payload.byteOffset);
    if (kind === Kind.snapshot) clock.set(chip.restore(payload));
    else if (kind === Kind.userData) userArea.write(view.getUint32(0, true), payload.subarray(4));
    else if (kind === Kind.clock) clock.set(view.getFloat64(0, true));
    else if (kind === Kind.temperature) {
      clock.set(view.getFloat64(0, true));
      chip.setTemperature(view.getFloat64(8, true));
    } else {
      clock.set(view.getFloat64(0, true));
      chip.apply(payload.subarray(8));
    }
  }
}

const bytesOf = (value: number) => new Uint8Array(Float64Array.of(value).buffer);
