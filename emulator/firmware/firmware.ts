import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Frame,
  FrameKind,
  FrameMemory,
  FrameReader,
  Refusal,
  RefusalCode,
  hello,
  openFrame,
  sealFrame,
} from '../../protocol/index.js';
import { fastCrc32 } from './fast-crc32.js';
import { Session, type Outcome, refusalFrame } from './session.js';

export interface FirmwareOptions {
  /** Executes one request, whose payload holds until it is answered; throws a `Refusal` before anything is changed. */
  execute(request: Frame, memory: FrameMemory): Outcome;
  /** Secret that hello must bring; none where empty. */
  token?: string;
  /** Greatest payload, in bytes. */
  maxPayload?: number;
  /** Requests that may be under way. */
  window?: number;
  /** Milliseconds after which the rest of a frame that came in part is no longer expected. */
  stallAfter?: number;
}

/** One host's way to the board: bytes in, bytes out. */
export interface Link {
  receive(bytes: Uint8Array): void;
  close(): void;
}

/** What an endpoint needs of a board. */
export type Attachable = Pick<Firmware, 'attach'>;

/** A link as the firmware knows it. */
interface Host {
  /** How the endpoint calls the other side, say an address. */
  readonly peer: string;
  send(frame: Uint8Array): void;
}

/**
 * The board's side of the protocol: takes links, reads frames, keeps the one session. What a command does is not decided here
 * but by `execute`.
 */
export class Firmware {
  readonly #options: Required<FirmwareOptions>;
  /** Of requests, over all links. */
  readonly #payloads = new FrameMemory();
  #session: Session | undefined;
  /** The session before this one is coming to rest; none where it has. */
  #rest: Promise<void> | undefined;
  /** Who holds the session; none after its link closed. */
  #holder: Host | undefined;
  #holderName = '';

  constructor(options: FirmwareOptions) {
    this.#options = { token: '', maxPayload: 512 * 1024, window: 16, stallAfter: 1000, ...options };
  }

  /** A new link; `send` takes the bytes for the host. */
  attach(send: (bytes: Uint8Array) => void, peer: string): Link {
    const host: Host = { peer, send };
    const reader = new FrameReader({
      maxPayload: this.#options.maxPayload,
      crc32: fastCrc32,
      memory: this.#payloads,
      onFrame: (frame) => this.#onFrame(host, frame),
      onDamage: (damage) => host.send(refusalFrame(damage, damage.refusal)),
    });
    let stalled: NodeJS.Timeout | undefined;
    return {
      receive: (bytes) => {
        clearTimeout(stalled);
        reader.push(bytes);
        if (reader.inFrame) stalled = setTimeout(() => reader.resynchronise(), this.#options.stallAfter);
      },
      close: () => {
        clearTimeout(stalled);
        if (this.#holder === host) this.#holder = undefined;
      },
    };
  }

  #onFrame(host: Host, frame: Frame): void {
    if (frame.command === hello.code) return void this.#onHello(host, frame);
    if (!this.#session || this.#rest || this.#holder !== host) {
      const sentence = 'Say hello first: the board has no session with this host.';
      return host.send(refusalFrame(frame, new Refusal(RefusalCode.noSession, '', sentence)));
    }
    if (frame.kind === FrameKind.request) this.#session.receive(frame);
    if (frame.kind === FrameKind.cancel) this.#session.cancel(frame.id);
  }

  async #onHello(host: Host, frame: Frame): Promise<void> {
    try {
      const request = hello.request.decode(frame.payload);
      this.#admit(host, request.session, request.token);
      const held = this.#session;
      const resumed = held?.number === request.session;
      const session = resumed ? held : this.#begin(request.session);
      this.#holder = host;
      this.#holderName = request.host;
      await this.#rest;
      if (this.#holder !== host || this.#session !== session) return; // another host was quicker
      const answer = openFrame(hello.response, {
        session: request.session,
        maxPayload: this.#options.maxPayload,
        nextId: session.nextId,
        window: this.#options.window,
        resumed: resumed ? 1 : 0,
      });
      host.send(sealFrame(answer, { kind: FrameKind.response, id: 0, command: hello.code }, fastCrc32));
    } catch (error) {
      host.send(refusalFrame(frame, error));
    }
  }

  #admit(host: Host, session: bigint, token: string): void {
    if (!sameSecret(token, this.#options.token)) {
      throw new Refusal(
        RefusalCode.unauthorised,
        'token',
        'The token is not the one that the board was started with; give it with --token or PCM_TOKEN.',
      );
    }
    if (this.#holder && this.#holder !== host && this.#session?.number !== session) {
      const sentence = `The board is held by ${this.#holderName} at ${this.#holder.peer}; end that program or use another board.`;
      throw new Refusal(RefusalCode.busy, 'session', sentence);
    }
  }

  #begin(number: bigint): Session {
    const previous = this.#session;
    const session = new Session(number, {
      window: this.#options.window,
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

/** Compares in a time that does not depend on where the two differ, nor on their lengths. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (secret: string) => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
