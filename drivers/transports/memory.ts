import { realTime, type Time } from '../../protocol/index.js';
import type { Dial, Transport, TransportEvents } from './transport.js';

/** The board's end of an in-memory link, such as an embedded emulator's. */
export interface MemoryPeer {
  /** Takes bytes from the host. */
  receive(bytes: Uint8Array): void;
  /** The host has closed the link. */
  close(): void;
}

/**
 * Attaches a board to a new link: the board calls `send` with bytes for the host. Returns the board's end.
 */
export type AttachPeer = (send: (bytes: Uint8Array) => void) => MemoryPeer;

/** A link inside this process. As on any other link, bytes arrive in a later turn of the event loop. */
class MemoryTransport implements Transport {
  readonly #peer: MemoryPeer;
  readonly #time: Time;
  #events: TransportEvents | undefined;
  #closed = false;

  constructor(
    readonly name: string,
    attach: AttachPeer,
    time: Time,
  ) {
    this.#time = time;
    this.#peer = attach((bytes) => this.#later(() => this.#events?.onData(bytes)));
  }

  start(events: TransportEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#later(() => this.#peer.receive(bytes));
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#peer.close();
      this.#events?.onClose();
    }
    return Promise.resolve();
  }

  #later(action: () => void): void {
    this.#time.soon(() => {
      if (!this.#closed) action();
    });
  }
}

/** Dials a board inside this process, such as an embedded emulator; `name` stands in messages. */
export const memoryDial =
  (name: string, attach: AttachPeer, time = realTime): Dial =>
  () =>
    Promise.resolve(new MemoryTransport(name, attach, time));
