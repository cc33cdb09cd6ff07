import type { Crc32 } from '../../protocol/index.js';
import type { Disk, DiskFile } from './disk.js';

const MAGIC = new TextEncoder().encode('PCMJRNL1');
const HEADER_BYTES = 12;
/** Kinds of records are numbers from 1 to this. */
const MAX_KIND = 15;

/** A state file that cannot be used, with the reason in one sentence. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Another emulator uses the state file. Waiting for it may help. */
export class StateInUseError extends StateError {}

/** One entry of a journal. */
export interface JournalRecord {
  kind: number;
  payload: Uint8Array;
}

/** Content of a journal. */
export interface JournalContent {
  /** The whole records; a torn last one is not among them. */
  records: JournalRecord[];
  /** Bytes up to the end of the last whole record. */
  size: number;
  /** Bytes after it, of a torn record. */
  torn: number;
}

/** The file of a journal, the disk that it lies on, and the checksum of its records. */
export interface JournalPlace {
  readonly path: string;
  readonly disk: Disk;
  readonly crc32: Crc32;
}

/**
 * A file of records that survives a kill at any instant: a record is there whole or not at all. It is a magic
 * word of 8 bytes, then records of kind, length of the payload, CRC-32 of both and the payload (uint32 each,
 * little-endian), payload. Records are appended and synced; a torn last one is cut off when the file is
 * opened next. A new content as a whole is written to a file beside it, which then takes its name.
 */
export class Journal {
  readonly #place: JournalPlace;
  readonly #file: DiskFile;
  #size: number;

  private constructor(place: JournalPlace, file: DiskFile, size: number) {
    this.#place = place;
    this.#file = file;
    this.#size = size;
  }

  /**
   * Content of a journal that exists; undefined if there is no file. `first`: number of records that it was
   * created with, which are never torn. Errors: `StateError`, also for damage before the end.
   */
  static read(place: JournalPlace, first: number): JournalContent | undefined {
    const bytes = usable(place, () => place.disk.read(place.path));
    if (!bytes) return undefined;
    if (!MAGIC.every((byte, i) => byte === bytes[i]))
      throw new StateError(`${place.path} is not a state file of the emulator; name another file.`);
    return contentOf(place, bytes, first);
  }

  /**
   * Opens a journal to append to it after its first `size` bytes; cuts off the rest. Errors: `StateError`.
   */
  static append(place: JournalPlace, size: number): Journal {
    return usable(place, () => {
      const file = place.disk.open(place.path, false);
      file.truncate(size);
      return new Journal(place, file, size);
    });
  }

  /**
   * Makes a new journal of these records, which replaces any old one. Errors: `StateError`, with the old file
   * untouched.
   */
  static create(place: JournalPlace, records: JournalRecord[]): Journal {
    const { path, disk } = place;
    const beside = `${path}.new`;
    let file: DiskFile | undefined;
    return usable(place, () => {
      try {
        file = disk.open(beside, true);
        const journal = new Journal(place, file, 0);
        journal.#write(MAGIC);
        for (const record of records) journal.#write(encode(place, record));
        file.sync();
        disk.rename(beside, path);
        return journal;
      } catch (error) {
        file?.close();
        disk.remove(beside);
        throw error;
      }
    });
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a record; it is on the disk when this returns. After a failure the file is as before or, if the disk
   * does not allow even that, ends with a torn record. Errors: `StateError`.
   */
  append(record: JournalRecord): void {
    const before = this.#size;
    usable(this.#place, () => {
      try {
        this.#write(encode(this.#place, record));
        this.#file.sync();
      } catch (error) {
        this.#size = before;
        this.#cutOff();
        throw error;
      }
    });
  }

  close(): void {
    this.#file.close();
  }

  #cutOff(): void {
    try {
      this.#file.truncate(this.#size);
    } catch {
      // the torn record is cut off when the file is opened next
    }
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;)
      done += this.#file.write(bytes.subarray(done), this.#size + done);
    this.#size += bytes.length;
  }
}

/** Turns an error of the disk into a sentence. */
function usable<T>({ path }: JournalPlace, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StateError(`The state file ${path} cannot be used: ${(error as Error).message}.`);
  }
}

function encode(place: JournalPlace, { kind, payload }: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, payload.length, true);
  bytes.set(payload, HEADER_BYTES);
  view.setUint32(8, checksum(place, bytes), true);
  return bytes;
}

const checksum = ({ crc32 }: JournalPlace, record: Uint8Array): number =>
  crc32(record.subarray(HEADER_BYTES), crc32(record.subarray(0, 8)));

function contentOf(place: JournalPlace, bytes: Uint8Array, first: number): JournalContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  let at = MAGIC.length;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + HEADER_BYTES + view.getUint32(at + 4, true);
    if (!isWhole(place, bytes, at)) break;
    records.push({ kind: view.getUint32(at, true), payload: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  if (records.length < first || holdsRecord(place, bytes, at + 1))
    throw new StateError(
      `The state file ${place.path} is damaged at byte ${at} and was left as it is; put back a copy of it, or name another file to begin with a new chip.`,
    );
  return { records, size: at, torn: bytes.length - at };
}

/** Whether a record of which every bit is as it was written begins at a byte. */
function isWhole(place: JournalPlace, bytes: Uint8Array, at: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + HEADER_BYTES > bytes.length) return false;
  const end = at + HEADER_BYTES + view.getUint32(at + 4, true);
  return end <= bytes.length && checksum(place, bytes.subarray(at, end)) === view.getUint32(at + 8, true);
}

const isKind = (kind: number): boolean => kind >= 1 && kind <= MAX_KIND;

/**
 * Maximum number of bytes that the search for a record checks. A torn record has few places that look like the
 * beginning of another one; a file that was made to have many would take for ever.
 */
const MAX_CHECKED = 512 * 1024 * 1024;

/** Whether a whole record may begin at that byte or behind it: then what lies before it is not the torn end. */
function holdsRecord(place: JournalPlace, bytes: Uint8Array, from: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let checked = 0;
  for (let at = from; at + HEADER_BYTES <= bytes.length; at++) {
    if (!isKind(view.getUint32(at, true))) continue;
    if (isWhole(place, bytes, at) || checked > MAX_CHECKED) return true;
    const length = HEADER_BYTES + view.getUint32(at + 4, true);
    if (at + length <= bytes.length) checked += length;
  }
  return false;
}
