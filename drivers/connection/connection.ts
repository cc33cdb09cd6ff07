import {
  type AnyCommand,
  type Command,
  type Crc32,
  encodeFrame,
  type Fields,
  type Frame,
  FrameKind,
  FrameMemory,
  type Message,
  openFrame,
  progressMessage,
  realTime,
  Refusal,
  RefusalCode,
  sealFrame,
  type Time,
  wait,
} from '../../protocol/index.js';
import { LinkError, LostLinkError } from '../errors.js';
import { shakeHands } from './handshake.js';
import { Link, type LinkEvents } from './link.js';
import { decodeRefusal } from './decode-refusal.js';
import { RetryTimer } from './retry-timer.js';
import type { Dial } from '../transports/transport.js';

export interface ConnectionOptions {
  /** Checksum; `fastCrc32` of `pcm-hil/drivers/node` is the fastest where Node runs. */
  crc32: Crc32;
  /** Secret for a board that demands one. */
  token: string;
  /** Who asks, as a second host is told. */
  host: string;
  /** Milliseconds without an answer until requests are sent again; doubles with every try. */
  retryAfter: number;
  /** Milliseconds of silence after which the board counts as lost. */
  giveUpAfter: number;
  /** How often a lost link is dialled again. */
  redials: number;
  /** Milliseconds before the first of these; doubles with every try. */
  redialAfter: number;
  /** That of the platform by default. */
  time: Time;
  /** Number that tells this host from others; random by default. */
  session: bigint;
}

export interface RequestOptions {
  /** Cancels the request: the board stops between two steps, and the request rejects with the refusal `cancelled`. */
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
}

interface Pending {
  readonly id: number;
  readonly command: AnyCommand;
  readonly bytes: Uint8Array;
  /** How often these were written. */
  writes: number;
  /** The frame that cancels it, once that was asked for. */
  cancel?: Uint8Array;
  readonly onProgress: RequestOptions['onProgress'];
  resolve(message: unknown): void;
  reject(error: Error): void;
}

/** Payload that is taken until hello has told the board's own limit, in bytes. */
const helloPayload = 4096;

/**
 * Requests and answers over a link that may lose, damage and repeat bytes. Each request has a number and is executed once: it
 * is sent again under the same number until it is answered, over a new link where the old one broke. Up to a window of
 * requests is under way; further ones wait in order.
 */
export class Connection {
  readonly #dial: Dial;
  readonly #options: ConnectionOptions;
  /** By number, and so in the order of the numbers. */
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  readonly #memory = new FrameMemory();
  /** Of answers, over all links. */
  readonly #payloads = new FrameMemory();
  readonly #retry: RetryTimer;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  /** Hello was answered on the present link. */
  #ready = false;
  #nextId = 1;
  #window = 1;
  #maxPayload = helloPayload;
  #name = 'the board';
  #failure: Error | undefined;

  private constructor(dial: Dial, options: ConnectionOptions) {
    this.#dial = dial;
    this.#options = options;
    this.#retry = new RetryTimer(
      options.retryAfter,
      options.giveUpAfter,
      {
        resend: (tries) => {
          if (tries > 1) this.#link?.resynchronise();
          this.#resendAll();
        },
        giveUp: (silence) => this.#giveUp(silence),
      },
      options.time,
    );
  }

  /**
   * Dials and says hello; dials again where the link is lost before the answer.
   * Errors: `LinkError`, or the board's `Refusal` (busy, unauthorised).
   */
  static async open(dial: Dial, options: Partial<ConnectionOptions> & { crc32: Crc32 }): Promise<Connection> {
    const connection = new Connection(dial, {
      token: '',
      host: 'pcm-hil',
      retryAfter: 250,
      giveUpAfter: 20_000,
      redials: 3,
      redialAfter: 50,
      time: realTime,
      session: crypto.getRandomValues(new BigUint64Array(1))[0],
      ...options,
    });
    try {
      await connection.#connect();
    } catch (error) {
      if (!(error instanceof LostLinkError)) throw error;
      await connection.#reconnect(error);
    }
    return connection;
  }

  /** Greatest payload that the board takes and sends, in bytes. */
  get maxPayload(): number {
    return this.#maxPayload;
  }

  /**
   * Arrays of `message` must stay as they are until it is answered: they are encoded when its turn comes.
   * Errors: the board's `Refusal`; `LinkError` when the link is lost for good.
   */
  request<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
    options: RequestOptions = {},
  ): Promise<Message<A>> {
    return new Promise((resolve, reject) => {
      const length = command.request.byteLength(message);
      if (length > this.#maxPayload) {
        const sentence = `${command.name} would take ${length} bytes, the board holds ${this.#maxPayload}; ask for less at once.`;
        throw new Refusal(RefusalCode.tooLarge, 'length', sentence);
      }
      const send = () => {
        if (this.#failure) return reject(this.#failure);
        if (options.signal?.aborted) return reject(cancelledBeforeSending());
        try {
          const frame = openFrame(command.request, message, this.#memory);
          this.#send(command, frame, options, (answer) => resolve(answer as Message<A>), reject);
        } catch (error) {
          reject(error as Error);
        }
      };
      if (this.#failure || (this.#waiting.length === 0 && this.#hasRoom())) send();
      else this.#waiting.push(send);
    });
  }

  /**
   * Takes the memory of an answer back, `array` being one of its arrays, for answers to come: who copies what long answers
   * hold leaves no garbage. Nobody may look at that answer's arrays afterwards.
   */
  recycle({ buffer }: Uint8Array | Int16Array | Uint16Array): void {
    this.#payloads.give(new Uint8Array(buffer as ArrayBuffer));
  }

  /** Errors of requests still under way: `LinkError`. */
  async close(): Promise<void> {
    await this.#fail(new LinkError(`The connection to ${this.#name} was closed.`));
  }

  #hasRoom(): boolean {
    const oldest = this.#pending.keys().next().value ?? this.#nextId;
    return this.#nextId < oldest + this.#window;
  }

  #send(
    command: AnyCommand,
    frame: Uint8Array,
    { signal, onProgress }: RequestOptions,
    resolve: (message: unknown) => void,
    reject: (error: Error) => void,
  ): void {
    const id = this.#nextId++;
    const { crc32 } = this.#options;
    const bytes = sealFrame(frame, { kind: FrameKind.request, id, command: command.code }, crc32);
    const cancel = () => {
      pending.cancel = encodeFrame({ kind: FrameKind.cancel, id, command: command.code }, crc32);
      this.#write(pending);
    };
    const settling =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        signal?.removeEventListener('abort', cancel);
        settle(value);
      };
    signal?.addEventListener('abort', cancel);
    const pending: Pending = {
      id,
      command,
      bytes,
      writes: 0,
      onProgress,
      resolve: settling(resolve),
      reject: settling(reject),
    };
    this.#pending.set(id, pending);
    this.#retry.start();
    this.#write(pending);
  }

  #write(pending: Pending): void {
    const { id, bytes, cancel } = pending;
    if (!this.#ready) return;
    pending.writes++;
    // A cancel goes first: of a request that has not begun it spares the board the work.
    if (cancel) this.#link?.send(-id, cancel);
    this.#link?.send(id, bytes);
  }

  async #connect(): Promise<void> {
    const transport = await this.#dial(this.#closing.signal);
    const { token, host, crc32, session } = this.#options;
    const link = new Link(
      transport,
      { maxPayload: this.#maxPayload, crc32, memory: this.#payloads },
      this.#eventsOf(),
    );
    this.#name = link.name;
    this.#link = link;
    try {
      const limits = await shakeHands(link, { session, token, host }, this.#options);
      if (this.#failure) throw this.#failure;
      if (link.lost) throw new LostLinkError(`The link to ${link.name} was lost.`);
      if (this.#nextId > 1 && limits.resumed === 0) throw this.#restarted();
      link.maxPayload = this.#maxPayload = limits.maxPayload;
      link.events = this.#eventsOf();
      this.#window = limits.window;
      this.#ready = true;
    } catch (error) {
      this.#link = undefined;
      await link.close();
      throw error;
    }
  }

  #eventsOf(): LinkEvents {
    return {
      onFrame: (frame) => this.#onFrame(frame),
      onDamage: () => this.#resendAll(),
      onMoving: () => this.#retry.moving(),
      onLost: (reason) => this.#linkLost(reason),
    };
  }

  #onFrame(frame: Frame): void {
    this.#retry.heard();
    if (frame.id === 0) {
      if (frame.kind === FrameKind.refusal) this.#resendAll();
      return;
    }
    const pending = this.#pending.get(frame.id);
    if (!pending) return;
    switch (frame.kind) {
      case FrameKind.progress:
        return pending.onProgress?.(progressMessage.decode(frame.payload));
      case FrameKind.response:
        return this.#answered(pending, () => pending.resolve(pending.command.response.decode(frame.payload)));
      case FrameKind.refusal:
        return this.#refused(pending, decodeRefusal(frame.payload));
    }
  }

  #refused(pending: Pending, refusal: Refusal): void {
    switch (refusal.code) {
      case RefusalCode.badChecksum:
        return this.#write(pending);
      case RefusalCode.noSession: // a new hello tells whether the board was restarted
        return void this.#link?.close();
      default:
        return this.#answered(pending, () => pending.reject(refusal));
    }
  }

  #answered(pending: Pending, settle: () => void): void {
    this.#pending.delete(pending.id);
    // The board has it whole; where it was written twice, the second may still be on its way out.
    if (pending.writes === 1) this.#memory.give(pending.bytes);
    this.#askForOlderThan(pending.id);
    try {
      settle();
    } catch (error) {
      pending.reject(error as Error);
    }
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.();
    if (this.#pending.size === 0) this.#retry.stop();
  }

  /** Answers come in the order of the numbers: an older request still without one has lost it. */
  #askForOlderThan(id: number): void {
    for (const pending of this.#pending.values()) {
      if (pending.id > id) return;
      this.#write(pending);
    }
  }

  #resendAll(): void {
    for (const pending of this.#pending.values()) this.#write(pending);
  }

  #linkLost(reason: string): void {
    this.#link = undefined;
    this.#ready = false;
    if (!this.#failure) void this.#goOn(new LostLinkError(reason));
  }

  /** After a lost link. */
  async #goOn(lost: LostLinkError): Promise<void> {
    try {
      await this.#reconnect(lost);
      this.#resendAll();
    } catch (error) {
      const { message } = error as Error;
      const sentence = `The link to ${this.#name} was lost in the middle of the work: ${message}`;
      void this.#fail(error instanceof LinkError ? new LinkError(sentence) : (error as Error));
    }
  }

  /** Dials until the board answers hello. Errors: that of the last try, or a refusal. */
  async #reconnect(lost: LostLinkError): Promise<void> {
    const { redials, redialAfter, time } = this.#options;
    let failure: LinkError = lost;
    for (let attempt = 0; attempt < redials; attempt++) {
      await wait(redialAfter * 2 ** attempt, undefined, time);
      if (this.#failure) throw this.#failure;
      try {
        return await this.#connect();
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  #restarted(): LinkError {
    const sentence = `${this.#name} was restarted and no longer knows what was under way; run the command again, it goes on from where the board stands.`;
    const error = new LinkError(sentence);
    void this.#fail(error);
    return error;
  }

  #giveUp(silence: number): void {
    const seconds = Math.round(silence / 1000);
    const sentence = `${this.#name} has not answered for ${seconds} s; check its power and its cable, then run the command again.`;
    void this.#fail(new LinkError(sentence));
  }

  async #fail(error: Error): Promise<void> {
    this.#failure ??= error;
    this.#retry.stop();
    for (const pending of this.#pending.values()) pending.reject(this.#failure);
    this.#pending.clear();
    for (const send of this.#waiting.splice(0)) send();
    this.#closing.abort();
    await this.#link?.close();
  }
}

const cancelledBeforeSending = () =>
  new Refusal(RefusalCode.cancelled, '', 'The request was cancelled before it was sent.');
