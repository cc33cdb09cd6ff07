import { printable } from '../../protocol/index.js';
import { LinkError } from '../errors.js';

/** Bytes that are kept of what was heard. */
const MAX_KEPT = 4096;
/** Bytes of text from which on it is text, and its maximum length in a sentence. */
const MIN_TEXT = 8;
const MAX_QUOTED = 60;

/** What came over a link before the board answered hello: to say what is at the other end instead. */
export class Heard {
  #bytes = new Uint8Array();

  add(bytes: Uint8Array): void {
    const room = MAX_KEPT - this.#bytes.length;
    if (room <= 0) return;
    const joined = new Uint8Array(this.#bytes.length + Math.min(room, bytes.length));
    joined.set(this.#bytes);
    joined.set(bytes.subarray(0, room), this.#bytes.length);
    this.#bytes = joined;
  }

  /** Whether it shows that something other than a board is at the other end. */
  get isOfAnother(): boolean {
    return this.#isTls || this.#text !== undefined;
  }

  /** Text that was heard, without the colours of a terminal; undefined if it is not readable. */
  get #text(): string | undefined {
    if (this.#bytes.length < MIN_TEXT || !this.#bytes.every(isTextByte)) return undefined;
    return new TextDecoder().decode(this.#bytes).replace(terminalSequence, '');
  }

  /** Whether it begins with a record of TLS 1.0 to 1.3: a handshake or an alert. */
  get #isTls(): boolean {
    const [type, major, minor] = this.#bytes;
    return (type === 0x15 || type === 0x16) && major === 3 && minor <= 4;
  }

  /** Says what was heard instead of an answer to the frame `sent`, and what to try. */
  error(name: string, sent: Uint8Array): LinkError {
    return new LinkError(`${name} does not answer hello: ${this.#sentence(sent)}`);
  }

  #sentence(sent: Uint8Array): string {
    if (this.#bytes.length === 0) {
      return 'nothing was heard. Check that a board is there, that it has power, and that its speed is the one in the address.';
    }
    if (startsWith(this.#bytes, sent)) {
      return 'our own bytes came back. A loopback plug, or a port in echo mode, is at the other end; connect the board there, or try another port.';
    }
    if (this.#isTls) {
      return 'it speaks TLS. A web server or another program is at the other end; check the address.';
    }
    const text = this.#text;
    if (text === undefined) {
      return `${this.#bytes.length}${this.#bytes.length < MAX_KEPT ? '' : ' or more'} bytes of noise were heard. Check that the speed in the address is the board's, that the cable is sound, and that this is the board's port.`;
    }
    const quoted = printable(text.replace(/\s+/g, ' ').trim());
    const part = quoted.length > MAX_QUOTED ? `${quoted.slice(0, MAX_QUOTED)}...` : quoted;
    return `it sends text instead, "${part}". Another program or a boot loader is at the other end; check the address, or start the board's firmware and try again.`;
  }
}

/** Colours and moves of the cursor, which boot loaders send. */
// eslint-disable-next-line no-control-regex
const terminalSequence = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Printable ASCII, tab, line feed, carriage return or escape. */
const isTextByte = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b;

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
