import {
  crc32,
  type Crc32,
  type Damage,
  type Frame,
  type FrameHead,
  FrameKind,
  FrameMemory,
  FrameReader,
  hello,
  openFrame,
  realTime,
  Refusal,
  RefusalCode,
  sealFrame,
  type Time,
} from '../../protocol/index.js';
import { FirstBytes } from './first-bytes.js';
import { Host, type HostLink } from './host.js';
import { Session, type Outcome, refusalFrame } from './session.js';
import { Strangers } from './strangers.js';
import { TokenCheck } from './token-check.js';

/** Options of a board's firmware: how it executes requests, and its limits. */
export interface FirmwareOptions {
  /**
   * Executes one request, whose payload holds until it is answered. Errors: `Refusal`, before anything is
   * changed.
   */
  execute(request: Frame, memory: FrameMemory): Outcome;
  /** Secret that hello must bring; none if empty. */
  token?: string;
  /** Maximum payload, in bytes. */
  maxPayload?: number;
  /** Requests that may be under way. */
  window?: number;
  /** Milliseconds after which the rest of an incomplete frame is no longer expected. */
  stallAfter?: number;
  /** Checksum of frames; the plain one if left out. */
  crc32?: Crc32;
  /** That of the platform if left out. */
  time?: Time;
  /** Called with a sentence for whoever runs the board, say that somebody guesses its token. */
  onWarning?(sentence: string): void;
}

/** The part of a board that an endpoint needs. */
export type Attachable = Pick<Firmware, 'attach'>;

/** Maximum payload over a link that does not hold the board, in bytes: hello needs no more. */
const FIRST_PAYLOAD = 1024;

/**
 * The board's side of the protocol: takes links, reads frames, keeps the one session. `execute` runs the
 * commands.
 */
export class Firmware {
  readonly #options: Required<FirmwareOptions>;
  /** Memory for the payloads of requests, over all links. */
  readonly #payloads = new FrameMemory();
  readonly #hosts = new Set<Host>();
  readonly #strangers: Strangers;
  readonly #tokens: TokenCheck;
  #session: Session | undefined;
  /** Resolves when the session before this one has come to rest; undefined afterwards. */
  #rest: Promise<void> | undefined;
  /** The host that holds the session; none after its link closed. */
  #holder: Host | undefined;
  #holderName = '';
  #heldSince = 0;

  /** Errors: `RangeError` for a token that is too long for hello. */
  constructor(options: FirmwareOptions) {
    this.#options = {
      token: '',
      maxPayload: 512 * 1024,
      window: 16,
      stallAfter: 1000,
      crc32,
      time: realTime,
      onWarning: () => undefined,
      ...options,
    };
    this.#strangers = new Strangers(this.#options.time);
    this.#tokens = new TokenCheck(this.#options);
  }

  /** Links that are open, and the memory that holds what has come of frames over them, in bytes. */
  get load(): { links: number; bytes: number } {
    const bytes = [...this.#hosts].reduce((sum, { reader }) => sum + reader.heldBytes, 0);
    return { links: this.#hosts.size, bytes };
  }

  /**
   * Opens a link; `send` takes the bytes for the host, `peer` names it. Give `hangUp`, which closes the link,
   * if anyone can open such links: then the link must begin with a frame, hello must come soon, and only few
   * of them are open without it.
   */
  attach(send: (bytes: Uint8Array) => void, peer: string, hangUp?: () => void): HostLink {
    const { stallAfter, crc32, time } = this.#options;
    const host = new Host({
      peer,
      send,
      hangUp,
      time,
      stallAfter,
      first: new FirstBytes(hangUp !== undefined, crc32),
      readerFor: (host) => this.#readerFor(host),
      onClose: (host) => this.#leave(host),
    });
    this.#hosts.add(host);
    if (host.fromAnyone) this.#strangers.admit(host);
    return host;
  }

  #readerFor(host: Host): FrameReader {
    return new FrameReader({
      maxPayload: this.#firstPayload,
      crc32: this.#options.crc32,
      memory: this.#payloads,
      onFrame: (frame) => this.#onFrame(host, frame),
      onDamage: (damage) => this.#onDamage(host, damage),
    });
  }

  #leave(host: Host): void {
    this.#hosts.delete(host);
    this.#strangers.release(host);
    if (this.#holder === host) this.#holder = undefined;
  }

  #onFrame(host: Host, frame: Frame): void {
    if (frame.command === hello.code) return void this.#onHello(host, frame);
    if (!this.#session || this.#rest || this.#holder !== host) return this.#refuseStranger(host, frame);
    if (frame.kind === FrameKind.request) this.#session.receive(frame);
    if (frame.kind === FrameKind.cancel) this.#session.cancel(frame.id);
  }

  #refuseStranger(host: Host, frame: Frame): void {
    const sentence = 'Say hello first: the board has no session with this host.';
    this.#refuse(host, frame, new Refusal(RefusalCode.noSession, '', sentence));
    this.#endStranger(host);
  }

  #onDamage(host: Host, damage: Damage): void {
    this.#refuse(host, damage, damage.refusal);
    if (damage.refusal.code === RefusalCode.tooLarge) this.#endStranger(host);
  }

  /** Closes a link over which not even hello came as it should. */
  #endStranger(host: Host): void {
    if (host.fromAnyone && this.#holder !== host) host.hangUp();
  }

  async #onHello(host: Host, frame: Frame): Promise<void> {
    try {
      const request = hello.request.decode(frame.payload);
      this.#admit(host, request.session, request.token);
      const held = this.#session;
      const resumed = held?.number === request.session;
      const session = resumed ? held : this.#begin(request.session);
      this.#hold(host, request.host, resumed);
      await this.#rest;
      if (this.#holder !== host || this.#session !== session) return; // another host was quicker
      const answer = openFrame(hello.response, {
        session: request.session,
        maxPayload: this.#options.maxPayload,
        nextId: session.nextId,
        window: this.#options.window,
        resumed: resumed ? 1 : 0,
      });
      const head = { kind: FrameKind.response, id: 0, command: hello.code };
      host.send(sealFrame(answer, head, this.#options.crc32));
    } catch (error) {
      this.#refuse(host, frame, error);
    }
  }

  /** Gives the board to a host. Only the link that holds it may carry long frames. */
  #hold(host: Host, name: string, resumed: boolean): void {
    const previous = this.#holder;
    if (previous && previous !== host) {
      previous.reader.maxPayload = this.#firstPayload;
      if (previous.fromAnyone) this.#strangers.admit(previous);
    }
    this.#strangers.release(host);
    host.reader.maxPayload = this.#options.maxPayload;
    this.#holder = host;
    this.#holderName = name;
    if (!resumed) this.#heldSince = this.#options.time.now();
  }

  get #firstPayload(): number {
    return Math.min(FIRST_PAYLOAD, this.#options.maxPayload);
  }

  #refuse(host: Host, head: Omit<FrameHead, 'kind'>, error: unknown): void {
    host.send(refusalFrame(head, error, this.#options.crc32));
  }

  #admit(host: Host, session: bigint, token: string): void {
    const known = this.#session?.number === session;
    this.#tokens.check(host.peer, token, known);
    if (this.#holder && this.#holder !== host && !known) {
      const held = lasting(this.#options.time.now() - this.#heldSince);
      const sentence = `The board is held by ${this.#holderName} at ${this.#holder.peer}, for ${held} so far; wait until it is done, end it, or use another board.`;
      throw new Refusal(RefusalCode.busy, 'session', sentence);
    }
  }

  #begin(number: bigint): Session {
    const previous = this.#session;
    const session = new Session(number, {
      window: this.#options.window,
      crc32: this.#options.crc32,
      time: this.#options.time,
      execute: (request, memory) => this.#options.execute(request, memory),
      release: ({ payload }) => this.#payloads.give(payload),
      send: (frame) => {
        if (this.#session === session) this.#holder?.send(frame);
      },
    });
    this.#session = session;
    if (previous) {
      const rest = Promise.all([this.#rest, previous.abandon()]).then(() => {
        if (this.#rest === rest) this.#rest = undefined;
      });
      this.#rest = rest;
    }
    return session;
  }
}

/** Milliseconds as a time to read: 75 s, 12 min, 3 h. */
function lasting(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
