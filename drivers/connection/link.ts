import { type Damage, type Frame, FrameReader, type FrameReaderOptions } from '../../protocol/index.js';
import type { Transport } from '../transports/transport.js';

/** What a link tells its user. */
export interface LinkEvents {
  onFrame(frame: Frame): void;
  /** Bytes came in that were no frame. */
  onDamage(damage: Damage): void;
  /** A long frame is on its way, in or out: no reason to give up yet. */
  onMoving(): void;
  /** The link is gone, by `close` too; called once. */
  onLost(reason: string): void;
}

/** How frames are read. */
export type LinkOptions = Pick<FrameReaderOptions, 'maxPayload' | 'crc32' | 'memory'>;

/** Long frames are written in pieces of this many bytes, so that a slow link shows that it moves. */
const pieceBytes = 64 * 1024;

/**
 * Frames over one transport. What waits to be written is written in order; a frame that still waits is not queued again, so
 * that sending again costs no memory however slow the link is.
 */
export class Link {
  readonly name: string;
  /** Who listens now: first the handshake, then the connection. */
  events: LinkEvents;
  readonly #transport: Transport;
  readonly #reader: FrameReader;
  readonly #queue = new Map<number, Uint8Array>();
  #writing = false;
  #lost = false;

  constructor(transport: Transport, options: LinkOptions, events: LinkEvents) {
    this.name = transport.name;
    this.events = events;
    this.#transport = transport;
    this.#reader = new FrameReader({
      ...options,
      onFrame: (frame) => this.events.onFrame(frame),
      onDamage: (damage) => this.events.onDamage(damage),
    });
    transport.start({
      onData: (bytes) => this.#receive(bytes),
      onClose: (error) => this.#onLost(error?.message ?? 'the other side closed it'),
    });
  }

  /** Longest payload that is taken, in bytes. */
  set maxPayload(bytes: number) {
    this.#reader.maxPayload = bytes;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Writes an encoded frame when those before it are written; `key` says which frames are the same. */
  send(key: number, bytes: Uint8Array): void {
    if (this.#lost || this.#queue.has(key)) return;
    this.#queue.set(key, bytes);
    if (!this.#writing) void this.#drain();
  }

  /** Gives up the rest of a frame that came in part. */
  resynchronise(): void {
    this.#reader.resynchronise();
  }

  async close(): Promise<void> {
    this.#onLost('it was closed');
    await this.#transport.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#lost) return;
    this.#reader.push(bytes);
    if (this.#reader.inFrame) this.events.onMoving();
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    for (const [key, bytes] of this.#queue) {
      try {
        await this.#write(bytes);
      } catch {
        break; // shows as the closing of the transport
      }
      this.#queue.delete(key);
    }
    this.#writing = false;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      if (start > 0) this.events.onMoving();
      await this.#transport.write(bytes.subarray(start, start + pieceBytes));
    }
  }

  #onLost(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#queue.clear();
    this.events.onLost(reason);
  }
}
