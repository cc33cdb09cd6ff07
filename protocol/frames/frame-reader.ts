import { concatenate } from '../bytes.js';
import { type Crc32, crc32 as portableCrc32 } from './crc32.js';
import { FrameMemory } from './frame-memory.js';
import {
  type Frame,
  type FrameHeader,
  type FrameKind,
  frameHeader,
  HEADER_BYTES,
  headerCheck,
  PROTOCOL_VERSION,
  syncBytes,
  TRAILER_BYTES,
} from './frame.js';
import { Refusal, RefusalCode } from '../refusal.js';

/**
 * Bytes that were not a good frame. `id` and `command` come from its header if that was intact, else they are
 * 0.
 */
export interface Damage {
  readonly refusal: Refusal;
  readonly id: number;
  readonly command: number;
}

/** How frames are read. */
export interface FrameReaderOptions {
  /** Maximum payload that is taken, in bytes. */
  maxPayload: number;
  /** Called with each good frame. */
  onFrame(frame: Frame): void;
  /** Called with what was not a good frame, once for each stretch of garbage. */
  onDamage(damage: Damage): void;
  /** Checksum. Default `crc32`. */
  crc32?: Crc32;
  /** Memory for payloads; give a payload back to it after use. */
  memory?: FrameMemory;
}

/** A frame with an intact header, while its payload comes in. */
interface Incoming {
  readonly header: FrameHeader;
  readonly payload: Uint8Array;
  /** Bytes of the payload so far. */
  received: number;
  /** CRC-32 of the header and of these bytes. */
  check: number;
}

const nothing = new Uint8Array();

/**
 * Cuts a byte stream into frames. After garbage, a lost byte or a wrong checksum it looks for the next sync
 * bytes that an intact header follows, so that a damaged frame costs no other. One stretch of garbage is
 * reported once. Payloads are copied out of the stream: its pieces may be overwritten after `push` has
 * returned.
 */
export class FrameReader {
  /** Maximum payload that is taken, in bytes. */
  maxPayload: number;
  readonly #options: FrameReaderOptions;
  readonly #crc32: Crc32;
  readonly #memory: FrameMemory;
  /** Bytes that are not parsed yet. */
  #rest: Uint8Array = nothing;
  #incoming: Incoming | undefined;
  #inGarbage = false;

  constructor(options: FrameReaderOptions) {
    this.maxPayload = options.maxPayload;
    this.#options = options;
    this.#crc32 = options.crc32 ?? portableCrc32;
    this.#memory = options.memory ?? new FrameMemory();
  }

  /** Takes the next bytes of the stream, in pieces of any size. */
  push(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : concatenate(this.#rest, bytes);
    while (this.#incoming ? this.#receive(this.#incoming) : this.#begin()) {
      // each turn takes a header, takes a payload, or skips garbage
    }
    this.#rest = new Uint8Array(this.#rest); // less than a header, and `bytes` belongs to the caller
  }

  /** Whether a frame with an intact header has come in part. */
  get inFrame(): boolean {
    return this.#incoming !== undefined;
  }

  /** Memory that holds what has come of a frame, in bytes. */
  get heldBytes(): number {
    return this.#rest.length + (this.#incoming?.payload.length ?? 0);
  }

  /**
   * Gives up a frame that came in part: if its rest is lost, the next good frames would be taken for that
   * rest.
   */
  resynchronise(): void {
    if (!this.#incoming) return;
    const { payload, received } = this.#incoming;
    this.#incoming = undefined;
    this.#rest = concatenate(payload.subarray(0, received), this.#rest);
    this.#garbage();
    this.push(nothing);
  }

  /** Drops what has not been read yet, even if called within `onFrame` or `onDamage`. */
  clear(): void {
    this.#rest = nothing;
    this.#incoming = undefined;
  }

  /** Takes a header. Returns false if more bytes are needed. */
  #begin(): boolean {
    this.#skipToSync();
    if (this.#rest.length < HEADER_BYTES) return false;
    const bytes = this.#rest.subarray(0, HEADER_BYTES);
    const header = frameHeader.decode(bytes);
    if (header.check !== headerCheck(bytes, this.#crc32)) {
      this.#garbage();
      this.#take(1);
      return true;
    }
    this.#take(HEADER_BYTES);
    if (header.version !== PROTOCOL_VERSION) {
      const sentence = `The frame has protocol version ${header.version}, this side speaks ${PROTOCOL_VERSION}.`;
      return this.#damage(header, RefusalCode.unsupportedVersion, 'version', sentence);
    }
    if (header.length > this.maxPayload) {
      const sentence = `The payload has ${header.length} bytes, at most ${this.maxPayload} are taken.`;
      return this.#damage(header, RefusalCode.tooLarge, 'length', sentence);
    }
    const payload = this.#memory.take(header.length);
    this.#incoming = { header, payload, received: 0, check: this.#crc32(bytes) };
    return true;
  }

  /** Takes as much of the payload as has come. Returns false if more bytes are needed. */
  #receive(incoming: Incoming): boolean {
    const { header, payload } = incoming;
    const piece = this.#take(payload.length - incoming.received);
    if (piece.length > 0) {
      payload.set(piece, incoming.received);
      incoming.received += piece.length;
      incoming.check = this.#crc32(piece, incoming.check);
    }
    if (this.#rest.length < TRAILER_BYTES) return false;
    this.#incoming = undefined;
    if (readU32(this.#rest) !== incoming.check) {
      this.#rest = concatenate(payload, this.#rest);
      const sentence = 'The checksum of the frame does not match; it was dropped.';
      return this.#damage(header, RefusalCode.badChecksum, '', sentence);
    }
    this.#take(TRAILER_BYTES);
    this.#inGarbage = false;
    this.#options.onFrame({
      kind: header.kind as FrameKind,
      id: header.id,
      command: header.command,
      payload,
    });
    return true;
  }

  #skipToSync(): void {
    while (this.#rest.length > 0) {
      const at = this.#rest.indexOf(syncBytes[0]);
      if (at !== 0) this.#garbage();
      this.#take(at < 0 ? this.#rest.length : at);
      if (this.#rest.length < 2 || this.#rest[1] === syncBytes[1]) return;
      this.#garbage();
      this.#take(1);
    }
  }

  /** Takes up to `count` bytes off the rest. */
  #take(count: number): Uint8Array {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  #garbage(): void {
    if (this.#inGarbage) return;
    this.#inGarbage = true;
    const refusal = new Refusal(RefusalCode.badFrame, '', 'Bytes that are no frame were skipped.');
    this.#options.onDamage({ refusal, id: 0, command: 0 });
  }

  /** Drops only the header: what looked like its payload may hold the next good frame. */
  #damage(header: { id: number; command: number }, code: RefusalCode, field: string, sentence: string): true {
    this.#inGarbage = true;
    const { id, command } = header;
    this.#options.onDamage({ refusal: new Refusal(code, field, sentence), id, command });
    return true;
  }
}

const readU32 = (bytes: Uint8Array): number =>
  (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
