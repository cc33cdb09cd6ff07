import type { Dial, Transport } from '../drivers/index.js';
import type { Attachable } from '../emulator/index.js';

/** Messages of one length, each answered by a message of another, in bytes. */
export interface RawExchange {
  request: number;
  answer: number;
  /** Bytes are counted on arrival and not kept. */
  drop?: boolean;
}

/** Bytes of one write, as many as the connection writes at once. */
const PIECE = 64 * 1024;

/** Collects messages of a known length out of the pieces of a stream, each in an array of its own. */
class Collector {
  #message = new Uint8Array();
  #received = 0;

  constructor(
    private readonly length: number,
    private readonly drop: boolean,
    private readonly onMessage: (message: Uint8Array) => void,
  ) {}

  push(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const piece = bytes.subarray(start, start + this.length - this.#received);
      if (!this.drop) {
        if (this.#received === 0) this.#message = new Uint8Array(this.length);
        this.#message.set(piece, this.#received);
      }
      this.#received += piece.length;
      start += piece.length;
      if (this.#received < this.length) return;
      this.#received = 0;
      this.onMessage(this.#message);
    }
  }
}

/** Answers every message with another. */
export function rawBoard({ request, answer, drop = false }: RawExchange): Attachable {
  const bytes = new Uint8Array(answer);
  return {
    attach(send) {
      const collector = new Collector(request, drop, () => send(bytes));
      return { receive: (piece) => collector.push(piece), close: () => undefined };
    },
  };
}

/** The host of a `rawBoard`. */
export class RawHost {
  readonly #transport: Transport;
  readonly #message: Uint8Array;
  #answers: Uint8Array[] = [];
  #expected = 0;
  #done = () => {};

  private constructor(transport: Transport, { request, answer, drop = false }: RawExchange) {
    this.#transport = transport;
    this.#message = new Uint8Array(request);
    const collector = new Collector(answer, drop, (message) => {
      if (this.#answers.push(message) === this.#expected) this.#done();
    });
    transport.start({ onData: (bytes) => collector.push(bytes), onClose: () => undefined });
  }

  static async open(dial: Dial, exchange: RawExchange): Promise<RawHost> {
    return new RawHost(await dial(), exchange);
  }

  /** Sends so many messages. Resolves with their answers. */
  async exchange(count: number): Promise<Uint8Array[]> {
    this.#answers = [];
    this.#expected = count;
    const answered = new Promise<Uint8Array[]>((resolve) => (this.#done = () => resolve(this.#answers)));
    for (let sent = 0; sent < count; sent++) await this.#send();
    return answered;
  }

  async #send(): Promise<void> {
    for (let start = 0; start < this.#message.length; start += PIECE) {
      await this.#transport.write(this.#message.subarray(start, start + PIECE));
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
