/** Shorter frames are not worth looking for. */
const worthKeeping = 4096;
/** Frames that are kept, as many as a window usually holds. */
const most = 16;

/**
 * The memory of long frames, or of their payloads, that are done with, for the next ones of the same length: a batch leaves no
 * garbage, and collecting that would cost more than all else that is done with it.
 */
export class FrameMemory {
  readonly #free: Uint8Array[] = [];

  /** Bytes of any content. */
  take(length: number): Uint8Array {
    const at = length < worthKeeping ? -1 : this.#free.findIndex((bytes) => bytes.length === length);
    return at < 0 ? new Uint8Array(length) : this.#free.splice(at, 1)[0];
  }

  /** Nobody looks at `bytes` any more. */
  give(bytes: Uint8Array): void {
    if (bytes.length < worthKeeping || this.#free.some(({ buffer }) => buffer === bytes.buffer)) return;
    this.#free.push(bytes);
    if (this.#free.length > most) this.#free.shift();
  }
}
