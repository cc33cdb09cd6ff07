/** Shorter frames are not kept, in bytes: looking for them would cost more than allocating them. */
const MIN_KEPT_BYTES = 4096;
/** Number of frames that are kept; a window rarely holds more. */
const MAX_KEPT = 16;

/**
 * Keeps the memory of long frames or payloads after use, for the next ones of the same length. Without it,
 * collecting the garbage of a batch would cost more than everything else that is done with the batch.
 */
export class FrameMemory {
  readonly #free: Uint8Array[] = [];

  /** `length` bytes, with any content. */
  take(length: number): Uint8Array {
    const at = length < MIN_KEPT_BYTES ? -1 : this.#free.findIndex((bytes) => bytes.length === length);
    return at < 0 ? new Uint8Array(length) : this.#free.splice(at, 1)[0];
  }

  /** Takes `bytes` back for reuse: the caller must not use them any more. */
  give(bytes: Uint8Array): void {
    if (bytes.length < MIN_KEPT_BYTES || this.#free.some(({ buffer }) => buffer === bytes.buffer)) return;
    this.#free.push(bytes);
    if (this.#free.length > MAX_KEPT) this.#free.shift();
  }
}
