import type { Attachable } from '../../../firmware/firmware.js';
import type { HostLink } from '../../../firmware/host.js';

/** A transfer from the device that waits for bytes. */
interface Waiting {
  readonly length: number;
  complete(bytes: Uint8Array | undefined): void;
}

/** Maximum of bytes that wait for the host: beyond it, nothing more is taken from the host. */
const MAX_QUEUED = 4 * 1024 * 1024;

/**
 * A pair of bulk endpoints in front of the board: passes on the host's bytes, and keeps the board's until it
 * asks.
 */
export class BulkPipe {
  readonly #firmware: Attachable;
  readonly #peer: string;
  #link: HostLink | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #held: (() => void)[] = [];
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
    this.#release();
  }

  /** Takes bytes from the host. `complete` is called when the device has room for more. */
  receive(bytes: Uint8Array, complete: () => void): void {
    this.open();
    this.#link?.receive(bytes);
    if (this.#queued > MAX_QUEUED) this.#held.push(complete);
    else complete();
  }

  /**
   * The host asks for up to `length` bytes; `complete` is called when there are some, or with undefined for a
   * stall.
   */
  ask(sequence: number, length: number, complete: (bytes: Uint8Array | undefined) => void): void {
    this.#waiting.set(sequence, { length, complete });
    this.#deliver();
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
      if (this.#queued <= MAX_QUEUED) this.#release();
    }
  }

  #release(): void {
    for (const complete of this.#held.splice(0)) complete();
  }

  #take(length: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let taken = 0;
    while (taken < length && this.#queue.length > 0) {
      const piece = this.#queue[0].subarray(0, length - taken);
      if (piece.length === this.#queue[0].length) this.#queue.shift();
      else this.#queue[0] = this.#queue[0].subarray(piece.length);
      pieces.push(piece);
      taken += piece.length;
    }
    this.#queued -= taken;
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, taken);
  }
}
