import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const MAGIC = new TextEncoder().encode('PCMJRNL1');
const HEADER_BYTES = 12;

/** Why a state file cannot be used, in one sentence. */
export class StateError extends Error {
  override name = 'StateError';
}

export interface JournalRecord {
  kind: number;
  payload: Uint8Array;
}

/**
 * A file of records that survives a kill at any instant: a record is there whole or not at all. It is a magic word of 8
 * bytes, then records of kind, length of the payload, CRC-32 of both and the payload (uint32 each, little-endian),
 * payload. Records are appended and synced; a torn last one is cut off when the file is opened next. A whole new
 * content is written to a file beside it, which then takes its name.
 */
export class Journal {
  #file: number;
  #size: number;

  private constructor(
    readonly path: string,
    file: number,
    size: number,
  ) {
    this.#file = file;
    this.#size = size;
  }

  /** Records of a journal that exists, up to the first torn one; undefined where there is no file. */
  static read(path: string): { records: JournalRecord[]; size: number } | undefined {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unusable(path, error);
    }
    if (!MAGIC.every((byte, i) => byte === bytes[i]))
      throw new StateError(`${path} is not a state file of the emulator; name another file.`);
    return recordsOf(bytes);
  }

  /** Opens a journal to append to, behind its first `size` bytes; the rest is cut off. */
  static append(path: string, size: number): Journal {
    try {
      const file = openSync(path, constants.O_RDWR);
      ftruncateSync(file, size);
      return new Journal(path, file, size);
    } catch (error) {
      throw unusable(path, error);
    }
  }

  /** Makes a new journal of these records in place of what was there. */
  static create(path: string, records: JournalRecord[]): Journal {
    const beside = `${path}.new`;
    let file: number | undefined;
    try {
      file = openSync(beside, 'w+');
      const journal = new Journal(path, file, 0);
      journal.#write(MAGIC);
      for (const record of records) journal.#write(encode(record));
      fsyncSync(file);
      renameSync(beside, path);
      syncFolder(dirname(path));
      return journal;
    } catch (error) {
      if (file !== undefined) closeSync(file);
      rmSync(beside, { force: true });
      throw unusable(path, error);
    }
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a record; it is on the disk when this returns. After a failure the file is as before, or, where the disk takes
   * not even that, ends with a torn record.
   */
  append(record: JournalRecord): void {
    const before = this.#size;
    try {
      this.#write(encode(record));
      fdatasyncSync(this.#file);
    } catch (error) {
      this.#size = before;
      this.#cutOff();
      throw unusable(this.path, error);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #cutOff(): void {
    try {
      ftruncateSync(this.#file, this.#size);
    } catch {
      // the next opening cuts off what is torn
    }
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#size + done);
    this.#size += bytes.length;
  }
}

const unusable = (path: string, error: unknown) =>
  new StateError(`The state file ${path} cannot be used: ${(error as Error).message}.`);

/** Makes a renaming durable, where folders can be opened (not on Windows, which needs no such thing). */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function encode({ kind, payload }: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, payload.length, true);
  bytes.set(payload, HEADER_BYTES);
  view.setUint32(8, checksum(bytes), true);
  return bytes;
}

const checksum = (record: Uint8Array) => crc32(record.subarray(HEADER_BYTES), crc32(record.subarray(0, 8)));

function recordsOf(bytes: Uint8Array): { records: JournalRecord[]; size: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  let at = MAGIC.length;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + HEADER_BYTES + view.getUint32(at + 4, true);
    if (end > bytes.length || checksum(bytes.subarray(at, end)) !== view.getUint32(at + 8, true)) break;
    records.push({ kind: view.getUint32(at, true), payload: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return { records, size: at };
}
