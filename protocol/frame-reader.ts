import { type Crc32, crc32 as portableCrc32 } from './crc32.js';
import {
  type Frame,
  type FrameKind,
  frameHeader,
  headerBytes,
  headerCheck,
  protocolVersion,
  syncBytes,
  trailerBytes,
} from './frame.js';
import { Refusal, RefusalCode } from './refusal.js';

/** Bytes that were no good frame; `id` and `command` are those of its header where that was intact, else 0. */
export interface Damage {
  readonly refusal: Refusal;
  readonly id: number;
  readonly command: number;
}

export interface FrameReaderOptions {
  /** Longest payload that is taken, in bytes. */
  maxPayload: number;
  onFrame(frame: Frame): void;
  onDamage(damage: Damage): void;
  crc32?: Crc32;
}

/**
 * Cuts a byte stream into frames. After garbage, a lost byte or a wrong checksum it looks for the next sync bytes with an
 * intact header behind them, so that one damaged frame costs itself and no other. Garbage in one stretch is reported once.
 */
export class FrameReader {
  /** Longest payload that is taken, in bytes. */
  maxPayload: number;
  readonly #options: FrameReaderOptions;
  readonly #crc32: Crc32;
  #buffer = new Uint8Array(4096);
  #start = 0;
  #end = 0;
  #inGarbage = false;
  #inFrame = false;

  constructor(options: FrameReaderOptions) {
    this.maxPayload = options.maxPayload;
    this.#options = options;
    this.#crc32 = options.crc32 ?? portableCrc32;
  }

  /** Takes the next bytes of the stream, in pieces of any size. */
  push(bytes: Uint8Array): void {
    this.#append(bytes);
    while (this.#takeFrame()) {
      // every turn takes one frame or skips one stretch of garbage
    }
  }

  /** A frame with an intact header has come in part. */
  get inFrame(): boolean {
    return this.#inFrame;
  }

  /** Gives up a frame that came in part: the rest of it may be lost, and good frames would be taken for that rest. */
  resynchronise(): void {
    if (!this.#inFrame) return;
    this.#skip(headerBytes);
    this.#garbage();
    this.push(new Uint8Array());
  }

  #append(bytes: Uint8Array): void {
    const held = this.#end - this.#start;
    if (this.#end + bytes.length > this.#buffer.length) {
      const roomy =
        held + bytes.length > this.#buffer.length ? new Uint8Array(2 * (held + bytes.length)) : this.#buffer;
      roomy.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = roomy;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Returns false when more bytes are needed. */
  #takeFrame(): boolean {
    this.#inFrame = false;
    this.#skipToSync();
    const held = this.#buffer.subarray(this.#start, this.#end);
    if (held.length < headerBytes) return false;
    const header = frameHeader.decode(held.subarray(0, headerBytes));
    if (header.check !== headerCheck(held, this.#crc32)) {
      this.#garbage();
      return this.#skip(1);
    }
    if (header.version !== protocolVersion) {
      const sentence = `The frame has protocol version ${header.version}, this side speaks ${protocolVersion}.`;
      return this.#damage(header, RefusalCode.unsupportedVersion, 'version', sentence);
    }
    if (header.length > this.maxPayload) {
      const sentence = `The payload has ${header.length} bytes, at most ${this.maxPayload} are taken.`;
      return this.#damage(header, RefusalCode.tooLarge, 'length', sentence);
    }
    const end = headerBytes + header.length;
    if (held.length < end + trailerBytes) {
      this.#inFrame = true;
      return false;
    }
    if (readU32(held, end) !== this.#crc32(held.subarray(0, end))) {
      const sentence = 'The checksum of the frame does not match; it was dropped.';
      return this.#damage(header, RefusalCode.badChecksum, '', sentence);
    }
    this.#inGarbage = false;
    this.#skip(end + trailerBytes);
    this.#options.onFrame({
      kind: header.kind as FrameKind,
      id: header.id,
      command: header.command,
      payload: held.slice(headerBytes, end),
    });
    return true;
  }

  #skipToSync(): void {
    while (this.#start < this.#end) {
      const at = this.#buffer.subarray(0, this.#end).indexOf(syncBytes[0], this.#start);
      const start = at < 0 ? this.#end : at;
      if (start > this.#start) this.#garbage();
      this.#start = start;
      const second = this.#start + 1;
      if (second >= this.#end || this.#buffer[second] === syncBytes[1]) return;
      this.#garbage();
      this.#start = second;
    }
  }

  #skip(count: number): true {
    this.#start += count;
    return true;
  }

  #garbage(): void {
    if (this.#inGarbage) return;
    this.#inGarbage = true;
    const refusal = new Refusal(RefusalCode.badFrame, '', 'Bytes that are no frame were skipped.');
    this.#options.onDamage({ refusal, id: 0, command: 0 });
  }

  /** Drops the header alone: what looked like its payload may hold the next good frame. */
  #damage(header: { id: number; command: number }, code: RefusalCode, field: string, sentence: string): true {
    this.#inGarbage = true;
    this.#skip(headerBytes);
    const { id, command } = header;
    this.#options.onDamage({ refusal: new Refusal(code, field, sentence), id, command });
    return true;
  }
}

const readU32 = (bytes: Uint8Array, offset: number): number =>
  (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
