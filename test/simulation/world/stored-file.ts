import type { Random } from '../../../network/index.js';

/** A write that the system has taken and may still lose. */
interface PendingWrite {
  readonly position: number;
  readonly bytes: Uint8Array;
  /** What it covered, and the length of the file before it: for taking it back. */
  readonly covered: Uint8Array;
  readonly lengthBefore: number;
}

/** A file: its content as it is read while the power is on, and what of it would be lost without power. */
export class StoredFile {
  #bytes: Uint8Array;
  #length: number;
  #pending: PendingWrite[] = [];

  constructor(content = new Uint8Array()) {
    this.#bytes = content;
    this.#length = content.length;
  }

  /** The content; holds until the next write. */
  get content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  write(position: number, bytes: Uint8Array): void {
    this.#pending.push({
      position,
      bytes,
      covered: this.content.slice(position, position + bytes.length),
      lengthBefore: this.#length,
    });
    this.#put(position, bytes);
  }

  /** Durable at once: nothing of it can be lost, which is the worse case. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
    this.#pending = [];
  }

  sync(): void {
    this.#pending = [];
  }

  /** The power goes off: of every write that was not synced a part stays, which is drawn. */
  losePower(random: Random): void {
    const lost = this.#pending;
    this.#pending = [];
    for (const { position, covered, lengthBefore } of lost.toReversed()) {
      this.#bytes.set(covered, position);
      this.#length = lengthBefore;
    }
    for (const { position, bytes } of lost) {
      const kept = random.below(bytes.length + 1);
      if (random.below(4) > 0) this.#put(position, bytes.subarray(0, kept));
    }
  }

  #put(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const more = new Uint8Array(2 * end);
      more.set(this.content);
      this.#bytes = more;
    }
    // What was there before the file was cut shorter is not there any more.
    if (position > this.#length) this.#bytes.fill(0, this.#length, position);
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }
}
