import {
  type Crc32,
  frameHeader,
  HEADER_BYTES,
  headerCheck,
  concatenate,
  syncBytes,
} from '../../protocol/index.js';

/** What the first bytes of a link tell: undefined while more of them are needed. */
export type Verdict = 'goOn' | 'hangUp' | undefined;

/** Beginning of an HTTP request, of any version. */
const requestLine = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PRI) /;

/**
 * Looks at the first bytes of a link, before any of them can be a frame. A web page can make a browser send
 * whole frames to any port, but only behind the head of an HTTP request or within TLS. So a link that begins
 * in one of these ways is not read further. If `strict`, it must begin with the header of a frame, as it does
 * over TCP; over a serial line, noise may come before.
 */
export class FirstBytes {
  readonly #strict: boolean;
  readonly #crc32: Crc32;
  #bytes: Uint8Array = new Uint8Array();

  constructor(strict: boolean, crc32: Crc32) {
    this.#strict = strict;
    this.#crc32 = crc32;
  }

  /** Takes the next bytes of the link. */
  judge(bytes: Uint8Array): Verdict {
    // A copy: `bytes` may be written over after this call.
    const piece = new Uint8Array(bytes.subarray(0, HEADER_BYTES - this.#bytes.length));
    this.#bytes = concatenate(this.#bytes, piece);
    if (this.#isForeign()) return 'hangUp';
    if (this.#strict && !this.#mayBeHeader()) return 'hangUp';
    return this.#bytes.length < HEADER_BYTES ? undefined : 'goOn';
  }

  #isForeign(): boolean {
    return requestLine.test(String.fromCharCode(...this.#bytes)) || this.#isClientHello();
  }

  /** RFC 8446: a record of the type handshake (22), its version (3.x) and length, a ClientHello (1). */
  #isClientHello(): boolean {
    const [type, version, , , , message] = this.#bytes;
    return type === 22 && version === 3 && message === 1;
  }

  #mayBeHeader(): boolean {
    const bytes = this.#bytes;
    if (!syncBytes.every((byte, i) => i >= bytes.length || bytes[i] === byte)) return false;
    return bytes.length < HEADER_BYTES || frameHeader.decode(bytes).check === headerCheck(bytes, this.#crc32);
  }
}
