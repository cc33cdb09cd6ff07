import { concatenate, Refusal, RefusalCode } from '../../protocol/index.js';
import { SnapshotError } from '../chip/memory/image-declaration.js';
import type { Keeper, NonVolatile } from '../board/parts.js';
import { Journal, type JournalPlace, type JournalRecord, StateError } from './journal.js';
import { clockRecord, Kind, temperatureRecord, userDataHead } from './records.js';

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
   * Brings the board to the state of the file, or makes the file if there is none. `onWarning` is called with a
   * sentence if the file ended in an incomplete record, which is cut off.
   * Errors: `StateError` or `SnapshotError`, with the file untouched, if it is in use, not readable or of
   * another chip.
   */
  constructor(place: JournalPlace, board: NonVolatile, onWarning?: (sentence: string) => void) {
    this.#place = place;
    this.#board = board;
    this.#release = place.disk.lock(place.path);
    try {
      this.#journal = this.#resume(place, onWarning);
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#wholeSize = this.#whole().reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** Brings the board to the state of the file, and opens the file for more. */
  #resume(place: JournalPlace, onWarning?: (sentence: string) => void): Journal {
    const found = Journal.read(place, this.#whole().length);
    if (!found) return Journal.create(place, this.#whole());
    for (const [number, record] of found.records.entries()) this.#replayed(number, record);
    const journal = Journal.append(place, found.size);
    if (found.torn > 0)
      onWarning?.(
        `The last ${found.torn} bytes of the state file ${place.path} were no whole record and were cut off. A change that was interrupted leaves such an end; if no emulator was interrupted, the file was damaged and its last change is lost.`,
      );
    return journal;
  }

  /** Records a change of the chip, as its `onChange` gets it. */
  chipChanged(change: Uint8Array): void {
    this.#append(Kind.change, concatenate(this.#clockBytes(), change));
  }

  /** Records a write to the user area. */
  userDataChanged(offset: number, data: Uint8Array): void {
    this.#append(Kind.userData, concatenate(userDataHead.encode({ offset }), data));
  }

  /** Records that the clock was moved. */
  clockMoved(): void {
    this.#append(Kind.clock, this.#clockBytes());
  }

  /** Records that the temperature was changed. */
  temperatureChanged(): void {
    const { chip, clock } = this.#board;
    const record = { clock: clock.now(), celsius: chip.temperature };
    this.#append(Kind.temperature, temperatureRecord.encode(record));
  }

  /** Replaces the file's content by the board as it is, after a snapshot was restored. */
  rewrite(): void {
    const written = Journal.create(this.#place, this.#whole());
    this.#journal.close();
    this.#journal = written;
  }

  /**
   * Records the last reading of clock and counters and closes the file. Without room for a new file, the old one
   * goes on and only the clock is recorded: counters of reading and multiplying are then those of the last change.
   * Errors: `StateError` if not even that can be written; the file then holds the last change that was recorded.
   */
  close(): void {
    try {
      if (!this.#fold()) this.#journal.append({ kind: Kind.clock, payload: this.#clockBytes() });
    } finally {
      this.#journal.close();
      this.#release();
    }
  }

  #append(kind: number, payload: Uint8Array): void {
    this.#journal.append({ kind, payload });
    if (this.#journal.size > (1 + CHANGES_PER_WHOLE) * this.#wholeSize) this.#fold();
  }

  /**
   * Folds the changes. If there is no room for a new file, the old one, which holds everything, grows. Returns
   * whether there was.
   */
  #fold(): boolean {
    try {
      this.rewrite();
      return true;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return false;
    }
  }

  #whole(): JournalRecord[] {
    const { chip, userArea } = this.#board;
    return [
      { kind: Kind.snapshot, payload: chip.snapshot() },
      { kind: Kind.userData, payload: concatenate(userDataHead.encode({ offset: 0 }), userArea.bytes) },
    ];
  }

  #clockBytes(): Uint8Array {
    return clockRecord.encode({ clock: this.#board.clock.now() });
  }

  /** Repeats a record. Errors: `StateError` naming it, if the board cannot be brought to what it says. */
  #replayed(number: number, record: JournalRecord): void {
    try {
      this.#replay(record);
    } catch (error) {
      // A snapshot of another chip has a better sentence of its own.
      const isOfRecord = record.kind !== Kind.snapshot && error instanceof SnapshotError;
      if (!(error instanceof Refusal || isOfRecord)) throw error;
      throw new StateError(
        `Record ${number} of the state file ${this.#place.path} cannot be used: ${error.message} Put back a copy of the file, or name another one to begin with a new chip.`,
      );
    }
  }

  #replay({ kind, payload }: JournalRecord): void {
    const { chip, clock } = this.#board;
    if (kind === Kind.snapshot) clock.set(chip.restore(payload));
    else if (kind === Kind.userData) this.#replayUserData(payload);
    else if (kind === Kind.clock) clock.set(clockRecord.decode(payload).clock);
    else if (kind === Kind.temperature) this.#replayTemperature(payload);
    else if (kind === Kind.change) {
      clock.set(clockRecord.decode(payload.subarray(0, clockRecord.fixedBytes)).clock);
      chip.apply(payload.subarray(clockRecord.fixedBytes));
    } else throw new Refusal(RefusalCode.outOfRange, 'kind', `kind is ${kind}, which is not known.`);
  }

  #replayUserData(payload: Uint8Array): void {
    const { bytes } = this.#board.userArea;
    const { offset } = userDataHead.decode(payload.subarray(0, userDataHead.fixedBytes));
    const data = payload.subarray(userDataHead.fixedBytes);
    if (offset + data.length > bytes.length) {
      const sentence = `offset is ${offset} with ${data.length} bytes, the user area has ${bytes.length}.`;
      throw new Refusal(RefusalCode.outOfRange, 'offset', sentence);
    }
    this.#board.userArea.write(offset, data);
  }

  #replayTemperature(payload: Uint8Array): void {
    const { clock, celsius } = temperatureRecord.decode(payload);
    this.#board.clock.set(clock);
    const { minimum, maximum } = this.#board.chip.profile.temperature ?? { minimum: NaN, maximum: NaN };
    if (!(celsius >= minimum && celsius <= maximum)) {
      const sentence = `celsius is ${celsius}, which is no temperature of the profile ${this.#board.chip.profile.name}.`;
      throw new Refusal(RefusalCode.outOfRange, 'celsius', sentence);
    }
    this.#board.chip.setTemperature(celsius);
  }
}
