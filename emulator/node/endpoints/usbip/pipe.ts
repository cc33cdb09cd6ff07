import type { Attachable } from '../../../firmware/firmware.js';
import type { HostLink } from '../../../firmware/host.js';

/** A transfer from the device that waits for bytes. */
interface Waiting {
  readonly length: number;
  complete(bytes: Uint8Array | undefined): void;
}

/** A transfer to the device that is not taken yet, at least not whole. */
interface Held {
  bytes: Uint8Array;
  complete(): void;
}

/** Maximum of bytes that wait for the host: beyond it, nothing more is taken from the host. */
const MAX_QUEUED = 4 * 1024 * 1024;
/** Bytes that the board is given at once: each may be answered by several. */
const PIECE_BYTES = 64 * 1024;

/**
 * A pair of bulk endpoints in front of the board: passes on the host's bytes, and keeps the board's until it
 * asks.
 */
export class BulkPipe {
  readonly #firmware: Attachable;
  readonly #peer: string;
  #link: HostLink | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #held: Held[] = [];
  #queue: Uint8Array[] = [];
  #queued = 0;

  constructor(firmware: Attachable, peer: string) {
    this.#firmware = firmware;
    this.#peer = peer;
  }

  /** A host program opened the pipe. */
  open(): void {
    this.#link ??= this.#firmware.attach((bytes) => this.#send(bytes), this.#peer);
  }

  /** The host program closed the pipe; bytes left for it are dropped. */
  close(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#queue = [];
    this.#queued = 0;
    for (const { complete } of this.#held.splice(0)) complete();
  }

  /** Takes bytes from the host. `complete` is called when the device has taken them. */
  receive(bytes: Uint8Array, complete: () => void): void {
    this.open();
    this.#held.push({ bytes, complete });
    this.#takeHeld();
  }

  /**
   * The host asks for up to `length` bytes; `complete` is called when there are some, or with undefined for a
   * stall.
   */
  ask(sequence: number, length: number, complete: (bytes: Uint8Array | undefined) => void): void {
    this.#waiting.set(sequence, { length, complete });
    this.#deliver();
    this.#takeHeld();
  }

  /** Answers waiting requests with a stall. */
  stall(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { complete } of waiting) complete(undefined);
  }

  /** Cancels a request for bytes. Returns false if it was answered already. */
  withdraw(sequence: number): boolean {
    return this.#waiting.delete(sequence);
  }

  #send(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#deliver();
  }

  #deliver(): void {
    for (const [sequence, { length, complete }] of this.#waiting) {
      if (this.#queued === 0) return;
      this.#waiting.delete(sequence);
      complete(this.#take(length));
    }
  }

  /** Passes the host's bytes on, as long as the host takes the board's. */
  #takeHeld(): void {
    while (this.#held.length > 0 && this.#queued <= MAX_QUEUED) {
      const [first] = this.#held;
      const piece = first.bytes.subarray(0, PIECE_BYTES);
      first.bytes = first.bytes.subarray(piece.length);
      if (first.bytes.length === 0) this.#held.shift();
      this.#link?.receive(piece);
      if (first.bytes.length === 0) first.complete();
    }
  }

  #take(length: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let taken = 0;
    let whole = 0;
    while (taken < length && whole < this.#queue.length) {
      const piece = this.#queue[whole].subarray(0, length - taken);
      if (piece.length === this.#queue[whole].length) whole++;
      else this.#queue[whole] = this.#queue[whole].subarray(piece.length);
      pieces.push(piece);
      taken += piece.length;
    }
    this.#queue.splice(0, whole);
    this.#queued -= taken;
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, taken);
  }
}
