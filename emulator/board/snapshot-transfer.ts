import { Refusal, RefusalCode } from '../../protocol/index.js';
import { SnapshotError } from '../chip/memory/image-declaration.js';

/** Source and destination of a snapshot. */
export interface SnapshotHolder {
  snapshot(): Uint8Array;
  /** Errors: `SnapshotError`, with nothing changed, if it is damaged or of another board. */
  restore(whole: Uint8Array): void;
}

/** A snapshot sent piece by piece, in either direction. A piece from offset 0 begins again. */
export class SnapshotTransfer {
  readonly #holder: SnapshotHolder;
  #outgoing: Uint8Array | undefined;
  #incoming = new Uint8Array();
  #received = 0;

  constructor(holder: SnapshotHolder) {
    this.#holder = holder;
  }

  /** The piece from `offset` on, at most `length` bytes. Errors: `Refusal`. */
  piece(offset: number, length: number): { total: number; length: number; data: Uint8Array } {
    if (offset > 0 && !this.#outgoing)
      throw outOfRange('offset', 'Ask for the snapshot from offset 0 first.');
    const whole = offset === 0 ? this.#holder.snapshot() : this.#outgoing!;
    if (offset >= whole.length) {
      throw outOfRange('offset', `offset is ${offset}, the snapshot has ${whole.length} bytes.`);
    }
    const end = offset + length;
    const data = whole.subarray(offset, end);
    // Kept only while pieces are still to come.
    this.#outgoing = end < whole.length ? whole : undefined;
    return { total: whole.length, length: data.length, data };
  }

  /**
   * Takes the next piece; true with the last one, after which the snapshot is restored. Errors: `Refusal`.
   */
  put(total: number, offset: number, data: Uint8Array): boolean {
    if (offset === 0) this.#begin(total);
    if (total !== this.#incoming.length) {
      throw outOfRange('total', `total is ${total}, the pieces before it said ${this.#incoming.length}.`);
    }
    if (offset !== this.#received || offset + data.length > total) {
      throw outOfRange(
        'offset',
        `offset is ${offset} with ${data.length} bytes; ${this.#received} of ${total} bytes are here.`,
      );
    }
    this.#incoming.set(data, offset);
    this.#received += data.length;
    if (this.#received < total) return false;
    const whole = this.#incoming;
    this.#incoming = new Uint8Array();
    try {
      this.#holder.restore(whole);
    } catch (error) {
      if (error instanceof SnapshotError) throw outOfRange('data', error.message);
      throw error;
    }
    return true;
  }

  #begin(total: number): void {
    const expected = this.#holder.snapshot().length;
    if (total !== expected) {
      throw outOfRange('total', `total is ${total}, a snapshot of this board has ${expected} bytes.`);
    }
    this.#incoming = new Uint8Array(total);
    this.#received = 0;
  }
}

const outOfRange = (field: string, sentence: string) => new Refusal(RefusalCode.outOfRange, field, sentence);
