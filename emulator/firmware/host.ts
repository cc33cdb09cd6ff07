import type { FrameReader, Time } from '../../protocol/index.js';
import type { FirstBytes } from './first-bytes.js';

/** The board's end of a link to one host. */
export interface HostLink {
  receive(bytes: Uint8Array): void;
  close(): void;
}

/** What a link is built from. */
export interface HostParts {
  /** Name that the endpoint gives to the other side, say an address. */
  readonly peer: string;
  readonly first: FirstBytes;
  readonly time: Time;
  /** Milliseconds after which the rest of an incomplete frame is no longer expected. */
  readonly stallAfter: number;
  /** Sends the bytes of a frame to the host. */
  send(frame: Uint8Array): void;
  /** Closes the link from this side; undefined if that cannot be done. */
  readonly hangUp: (() => void) | undefined;
  /** The link was closed, from either side. Called once. */
  onClose(host: Host): void;
  readerFor(host: Host): FrameReader;
}

/** The host at the other end of a link. */
export class Host implements HostLink {
  readonly peer: string;
  readonly reader: FrameReader;
  readonly send: (frame: Uint8Array) => void;
  /** Whether anyone can open such a link, and the board can close it. */
  readonly fromAnyone: boolean;
  readonly #parts: HostParts;
  #first: FirstBytes | undefined;
  #closed = false;
  #stopWaiting: (() => void) | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.peer = parts.peer;
    this.send = parts.send;
    this.fromAnyone = parts.hangUp !== undefined;
    this.reader = parts.readerFor(this);
    this.#first = parts.first;
  }

  receive(bytes: Uint8Array): void {
    if (this.#first) this.#judge(this.#first, bytes);
    if (this.#closed) return;
    this.#stopWaiting?.();
    this.reader.push(bytes);
    this.#stopWaiting = this.reader.inFrame ? this.#waitForRest() : undefined;
  }

  /** The link is closed: nothing more is taken from it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWaiting?.();
    this.reader.clear();
    this.#parts.onClose(this);
  }

  /** Closes the link from this side. One that cannot be closed is no longer listened to. */
  hangUp(): void {
    this.close();
    this.#parts.hangUp?.();
  }

  #judge(first: FirstBytes, bytes: Uint8Array): void {
    const verdict = first.judge(bytes);
    if (verdict === 'hangUp') this.hangUp();
    if (verdict) this.#first = undefined;
  }

  #waitForRest(): () => void {
    const { time, stallAfter } = this.#parts;
    return time.after(stallAfter, () => this.reader.resynchronise());
  }
}
