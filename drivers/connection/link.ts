import { type Damage, type Frame, FrameReader, type FrameReaderOptions } from '../../protocol/index.js';
import type { Transport } from '../transports/transport.js';

/** What a link reports. */
export interface LinkEvents {
  onFrame(frame: Frame): void;
  /** Bytes came in that were not a frame. */
  onDamage(damage: Damage): void;
  /** So many bytes of a long frame went in or out, so that there is no reason to give up yet. */
  onMoving(bytes: number): void;
  /** The link is gone, also after `close`. Called once. */
  onLost(reason: string): void;
}

/** How frames are read. */
export type LinkOptions = Pick<FrameReaderOptions, 'maxPayload' | 'crc32' | 'memory'>;

/** Long frames are written in pieces of so many bytes, so that a slow link shows progress. */
const PIECE_BYTES = 64 * 1024;

/**
 * Frames over one transport. Frames are written in order. A frame that still waits is not queued a second
 * time, so that sending again costs no memory, however slow the link is.
 */
export class Link {
  readonly name: string;
  /** The present listener: first the handshake, then the connection. */
  events: LinkEvents;
  readonly #transport: Transport;
  readonly #reader: FrameReader;
  readonly #queue = new Map<number, Uint8Array>();
  /** Called with all bytes that come in, before they are read as frames. */
  onBytes: ((bytes: Uint8Array) => void) | undefined;
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

  /** Maximum payload that is taken, in bytes. */
  set maxPayload(bytes: number) {
    this.#reader.maxPayload = bytes;
  }

  /** Whether the link is gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Queues an encoded frame, unless a frame with the same `key` still waits. */
  send(key: number, bytes: Uint8Array): void {
    if (this.#lost || this.#queue.has(key)) return;
    this.#queue.set(key, bytes);
    if (!this.#writing) void this.#drain();
  }

  /** Gives up a frame that came in part. */
  resynchronise(): void {
    this.#reader.resynchronise();
  }

  /** Closes the transport. */
  async close(): Promise<void> {
    this.#onLost('it was closed');
    await this.#transport.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#lost) return;
    this.onBytes?.(bytes);
    this.#reader.push(bytes);
    if (this.#reader.inFrame) this.events.onMoving(bytes.length);
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    for (const [key, bytes] of this.#queue) {
      try {
        await this.#write(bytes);
      } catch {
        break; // the transport closes, and reports that
      }
      this.#queue.delete(key);
    }
    this.#writing = false;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      if (start > 0) this.events.onMoving(PIECE_BYTES);
      await this.#transport.write(bytes.subarray(start, start + PIECE_BYTES));
    }
  }

  #onLost(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#queue.clear();
    this.events.onLost(reason);
  }
}
