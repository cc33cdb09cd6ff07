import type { Duplex } from 'node:stream';
import { LinkError } from '../errors.js';
import type { Transport, TransportEvents } from '../transports/transport.js';

/** A transport over a duplex stream of Node's: a socket, a serial port. */
export class StreamTransport implements Transport {
  readonly #stream: Duplex;
  readonly #end: () => void;
  #gone = false;

  /** `end` must end the stream at once; bytes that were not sent yet may be lost. */
  constructor(
    readonly name: string,
    stream: Duplex,
    end: () => void,
  ) {
    this.#stream = stream;
    this.#end = end;
  }

  start(events: TransportEvents): void {
    let failure: Error | undefined;
    this.#stream.on('data', (bytes: Uint8Array) => events.onData(bytes));
    this.#stream.on('error', (error) => (failure = error));
    this.#stream.on('close', (error: unknown) => {
      this.#gone = true;
      events.onClose(error instanceof Error ? error : failure);
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#gone) return Promise.reject(new LinkError(`The link to ${this.name} is closed.`));
    if (this.#stream.write(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#stream.off('drain', settle).off('close', settle);
        if (this.#gone) reject(new LinkError(`The link to ${this.name} was lost.`));
        else resolve();
      };
      this.#stream.on('drain', settle).on('close', settle);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone) return resolve();
      this.#stream.once('close', () => resolve());
      this.#end();
    });
  }
}
