import type { Readable } from 'node:stream';

/** Takes bytes from a stream in the amounts that a protocol asks for. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer[] = [];
  #length = 0;

  constructor(stream: Readable) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** The next bytes of the stream. Rejects if it ends before. */
  async take(count: number): Promise<Buffer> {
    while (this.#length < count) {
      const { value, done } = await this.#source.next();
      if (done) throw new Error('The stream ended.');
      this.#held.push(value);
      this.#length += value.length;
    }
    const all = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held, this.#length);
    this.#held = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }
}
