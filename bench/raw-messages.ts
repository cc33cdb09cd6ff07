import type { Transport } from '../drivers/index.js';
import type { Attachable } from '../emulator/index.js';

/** What a host asks of a raw board. */
export interface Exchange {
  /** Messages. */
  count: number;
  /** Bytes of each, and of the answer to each. */
  request: number;
  answer: number;
  /** Bytes are counted on arrival and not kept. */
  drop?: boolean;
}

/** Bytes of one write, as many as the connection writes at once. */
const PIECE = 64 * 1024;

/** Collects messages of a known length out of the pieces of a stream. */
class Collector {
  #message = new Uint8Array();
  #received = 0;

  constructor(private readonly onMessage: (message: Uint8Array) => void) {}

  push(bytes: Uint8Array, length: number, drop = false): void {
    for (let start = 0; start < bytes.length;) {
      if (this.#received === 0 && !drop) this.#message = new Uint8Array(length);
      const piece = bytes.subarray(start, start + length - this.#received);
      if (!drop) this.#message.set(piece, this.#received);
      this.#received += piece.length;
      start += piece.length;
      if (this.#received < length) return;
      this.#received = 0;
      this.onMessage(this.#message);
    }
  }
}

/** Answers every message with another. The host that shares its process tells it what comes. */
export class RawBoard implements Attachable {
  expected: Exchange = { count: 0, request: 1, answer: 0 };

  attach(send: (bytes: Uint8Array) => void) {
    const collector = new Collector(() => send(new Uint8Array(this.expected.answer)));
    return {
      receive: (bytes: Uint8Array) => collector.push(bytes, this.expected.request, this.expected.drop),
      close: () => undefined,
    };
  }
}

export class RawHost {
  #exchange: Exchange = { count: 0, request: 1, answer: 1 };
  #left = 0;
  #done = () => {};

  constructor(
    private readonly transport: Transport,
    private readonly board: RawBoard,
  ) {
    const collector = new Collector(() => --this.#left === 0 && this.#done());
    transport.start({
      onData: (bytes) => collector.push(bytes, this.#exchange.answer, this.#exchange.drop),
      onClose: () => undefined,
    });
  }

  /** Resolves with the last answer. */
  async exchange(exchange: Exchange): Promise<void> {
    this.#exchange = this.board.expected = exchange;
    this.#left = exchange.count;
    const answered = new Promise<void>((resolve) => (this.#done = resolve));
    for (let sent = 0; sent < exchange.count; sent++) await this.#send(new Uint8Array(exchange.request));
    await answered;
  }

  async #send(message: Uint8Array): Promise<void> {
    for (let start = 0; start < message.length; start += PIECE) {
      await this.transport.write(message.subarray(start, start + PIECE));
    }
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}
