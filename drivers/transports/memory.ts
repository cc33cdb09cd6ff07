import { realTime, type Time } from '../../protocol/index.js';
import type { Dial, Transport, TransportEvents } from './transport.js';

/** The board's end of an in-memory link, say of an embedded emulator. */
export interface MemoryPeer {
  receive(bytes: Uint8Array): void;
  close(): void;
}

/** Given what the board calls with its bytes, attaches it and returns its end. */
export type AttachPeer = (send: (bytes: Uint8Array) => void) => MemoryPeer;

/** A link inside this process. Bytes arrive in a later turn of the event loop, as on any other link. */
class MemoryTransport implements Transport {
  readonly #peer: MemoryPeer;
  #events: TransportEvents | undefined;
  #closed = false;

  constructor(
    readonly name: string,
    attach: AttachPeer,
    private readonly time: Time,
  ) {
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
    this.time.soon(() => {
      if (!this.#closed) action();
    });
  }
}

/** Opens in-memory links to what `attach` attaches, say an embedded emulator; `name` stands in messages. */
export const memoryDial =
  (name: string, attach: AttachPeer, time = realTime): Dial =>
  () =>
    Promise.resolve(new MemoryTransport(name, attach, time));
