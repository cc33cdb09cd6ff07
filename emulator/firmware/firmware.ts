import { sha256 } from '@noble/hashes/sha2.js';
import {
  crc32,
  type Crc32,
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
import { Session, type Outcome, refusalFrame } from './session.js';

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
}

/** The board's end of a link to one host. */
export interface HostLink {
  receive(bytes: Uint8Array): void;
  close(): void;
}

/** The part of a board that an endpoint needs. */
export type Attachable = Pick<Firmware, 'attach'>;

/** The host's end of a link. */
interface Host {
  /** Name that the endpoint gives to the other side, say an address. */
  readonly peer: string;
  send(frame: Uint8Array): void;
}

/**
 * The board's side of the protocol: takes links, reads frames, keeps the one session. `execute` runs the
 * commands.
 */
export class Firmware {
  readonly #options: Required<FirmwareOptions>;
  /** Memory for the payloads of requests, over all links. */
  readonly #payloads = new FrameMemory();
  #session: Session | undefined;
  /** Resolves when the session before this one has come to rest; undefined afterwards. */
  #rest: Promise<void> | undefined;
  /** The host that holds the session; none after its link closed. */
  #holder: Host | undefined;
  #holderName = '';

  constructor(options: FirmwareOptions) {
    this.#options = {
      token: '',
      maxPayload: 512 * 1024,
      window: 16,
      stallAfter: 1000,
      crc32,
      time: realTime,
      ...options,
    };
  }

  /** Opens a link; `send` takes the bytes for the host, `peer` names it. */
  attach(send: (bytes: Uint8Array) => void, peer: string): HostLink {
    const host: Host = { peer, send };
    const { maxPayload, stallAfter, crc32, time } = this.#options;
    const reader = new FrameReader({
      maxPayload,
      crc32,
      memory: this.#payloads,
      onFrame: (frame) => this.#onFrame(host, frame),
      onDamage: (damage) => this.#refuse(host, damage, damage.refusal),
    });
    let stopWaiting: (() => void) | undefined;
    return {
      receive: (bytes) => {
        stopWaiting?.();
        reader.push(bytes);
        stopWaiting = reader.inFrame ? time.after(stallAfter, () => reader.resynchronise()) : undefined;
      },
      close: () => {
        stopWaiting?.();
        if (this.#holder === host) this.#holder = undefined;
      },
    };
  }

  #onFrame(host: Host, frame: Frame): void {
    if (frame.command === hello.code) return void this.#onHello(host, frame);
    if (!this.#session || this.#rest || this.#holder !== host) {
      const sentence = 'Say hello first: the board has no session with this host.';
      return this.#refuse(host, frame, new Refusal(RefusalCode.noSession, '', sentence));
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
      const head = { kind: FrameKind.response, id: 0, command: hello.code };
      host.send(sealFrame(answer, head, this.#options.crc32));
    } catch (error) {
      this.#refuse(host, frame, error);
    }
  }

  #refuse(host: Host, head: Omit<FrameHead, 'kind'>, error: unknown): void {
    host.send(refusalFrame(head, error, this.#options.crc32));
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

/** Compares in a time that does not depend on where the two differ, nor on their lengths. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (secret: string) => sha256(new TextEncoder().encode(secret));
  const known = digest(expected);
  return digest(given).reduce((difference, byte, index) => difference | (byte ^ known[index]), 0) === 0;
}
