import {
  type AnyCommand,
  type Command,
  type Crc32,
  type Fields,
  type Frame,
  FrameKind,
  FrameReader,
  type Message,
  Refusal,
  RefusalCode,
  encodeFrame,
  hello,
  progressMessage,
  refusalMessage,
} from '../protocol/index.js';
import { LinkError } from './errors.js';
import { Handshake } from './handshake.js';
import { RetryTimer } from './retry-timer.js';
import type { Dial, Transport } from './transport.js';

export interface ConnectionOptions {
  /** Checksum; Node's `zlib.crc32` is the fast one. */
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
  readonly #session = crypto.getRandomValues(new BigUint64Array(1))[0];
  /** By number, and so in the order of the numbers. */
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  readonly #retry: RetryTimer;
  #transport: Transport | undefined;
  #reader: FrameReader;
  #handshake: Handshake | undefined;
  #nextId = 1;
  #window = 1;
  #maxPayload = helloPayload;
  #name = 'the board';
  #failure: Error | undefined;

  private constructor(dial: Dial, options: ConnectionOptions) {
    this.#dial = dial;
    this.#options = options;
    this.#reader = this.#newReader();
    this.#retry = new RetryTimer(options.retryAfter, options.giveUpAfter, {
      resend: () => this.#resendAll(),
      giveUp: (silence) => this.#giveUp(silence),
    });
  }

  /** Dials and says hello. Errors: `LinkError`, or the board's `Refusal` (busy, unauthorised). */
  static async open(dial: Dial, options: Partial<ConnectionOptions> & { crc32: Crc32 }): Promise<Connection> {
    const connection = new Connection(dial, {
      token: '',
      host: 'pcm-hil',
      retryAfter: 250,
      giveUpAfter: 20_000,
      redials: 3,
      ...options,
    });
    await connection.#connect();
    return connection;
  }

  /** Greatest payload that the board takes and sends, in bytes. */
  get maxPayload(): number {
    return this.#maxPayload;
  }

  /** Errors: the board's `Refusal`; `LinkError` when the link is lost for good. */
  request<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
    options: RequestOptions = {},
  ): Promise<Message<A>> {
    return new Promise((resolve, reject) => {
      const payload = command.request.encode(message);
      if (payload.length > this.#maxPayload) {
        const sentence = `${command.name} would take ${payload.length} bytes, the board holds ${this.#maxPayload}; ask for less at once.`;
        throw new Refusal(RefusalCode.tooLarge, 'length', sentence);
      }
      const send = () => {
        if (this.#failure) reject(this.#failure);
        else if (options.signal?.aborted) reject(options.signal.reason as Error);
        else this.#send(command, payload, options, (message) => resolve(message as Message<A>), reject);
      };
      if (this.#failure || (this.#waiting.length === 0 && this.#hasRoom())) send();
      else this.#waiting.push(send);
    });
  }

  /** Errors of requests still under way: `LinkError`. */
  async close(): Promise<void> {
    const transport = this.#transport;
    this.#fail(new LinkError(`The connection to ${this.#name} was closed.`));
    await transport?.close();
  }

  #hasRoom(): boolean {
    const oldest = this.#pending.keys().next().value ?? this.#nextId;
    return this.#nextId < oldest + this.#window;
  }

  #send(
    command: AnyCommand,
    payload: Uint8Array,
    { signal, onProgress }: RequestOptions,
    resolve: (message: unknown) => void,
    reject: (error: Error) => void,
  ): void {
    const id = this.#nextId++;
    const { crc32 } = this.#options;
    const bytes = encodeFrame({ kind: FrameKind.request, id, command: command.code, payload }, crc32);
    const cancel = () =>
      this.#write(encodeFrame({ kind: FrameKind.cancel, id, command: command.code }, crc32));
    const settling =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        signal?.removeEventListener('abort', cancel);
        settle(value);
      };
    signal?.addEventListener('abort', cancel);
    this.#pending.set(id, {
      id,
      command,
      bytes,
      onProgress,
      resolve: settling(resolve),
      reject: settling(reject),
    });
    this.#retry.start();
    this.#writeInSession(bytes);
  }

  /** While hello is unanswered the board would refuse it; what is pending is sent again right after. */
  #writeInSession(bytes: Uint8Array): void {
    if (!this.#handshake) this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    // A failing write shows as the closing of the link; what was pending is sent again over the next one.
    this.#transport?.write(bytes).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const transport = await this.#dial();
    this.#transport = transport;
    this.#name = transport.name;
    this.#reader = this.#newReader();
    transport.start({
      onData: (bytes) => {
        if (transport === this.#transport) this.#reader.push(bytes);
      },
      onClose: (error) => {
        if (transport === this.#transport) this.#linkLost(error);
      },
    });
    try {
      await this.#sayHello();
    } catch (error) {
      this.#transport = undefined;
      await transport.close();
      throw error;
    }
  }

  async #sayHello(): Promise<void> {
    const { token, host, crc32 } = this.#options;
    this.#handshake = new Handshake({ session: this.#session, token, host }, crc32, this.#options);
    const limits = await this.#handshake.run(this.#name, (bytes) => this.#write(bytes));
    if (this.#nextId > 1 && limits.resumed === 0) {
      const sentence = `${this.#name} was restarted and no longer knows what was under way; run the command again, it goes on from where the board stands.`;
      this.#fail(new LinkError(sentence));
    }
    this.#maxPayload = limits.maxPayload;
    this.#window = limits.window;
    this.#reader = this.#newReader();
    this.#handshake = undefined;
  }

  #newReader(): FrameReader {
    return new FrameReader({
      maxPayload: this.#maxPayload,
      crc32: this.#options.crc32,
      onFrame: (frame) => this.#onFrame(frame),
      onDamage: () => this.#resendAll(),
    });
  }

  #onFrame(frame: Frame): void {
    this.#retry.heard();
    if (frame.id === 0) return this.#onUnnumbered(frame);
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

  #onUnnumbered(frame: Frame): void {
    if (frame.kind === FrameKind.response && frame.command === hello.code) this.#handshake?.settle(frame);
    if (frame.kind !== FrameKind.refusal) return;
    const refusal = decodeRefusal(frame.payload);
    if (frame.command === hello.code && refusal.code !== RefusalCode.badChecksum) {
      this.#handshake?.settle(refusal);
    } else {
      this.#resendAll();
    }
  }

  #refused(pending: Pending, refusal: Refusal): void {
    if (refusal.code === RefusalCode.badChecksum) this.#writeInSession(pending.bytes);
    else this.#answered(pending, () => pending.reject(refusal));
  }

  #answered(pending: Pending, settle: () => void): void {
    this.#pending.delete(pending.id);
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
      this.#write(pending.bytes);
    }
  }

  #resendAll(): void {
    for (const pending of this.#pending.values()) this.#writeInSession(pending.bytes);
  }

  #linkLost(error?: Error): void {
    this.#transport = undefined;
    const reason = error?.message ?? 'the other side closed it';
    this.#handshake?.settle(new LinkError(`The link to ${this.#name} was lost (${reason}).`));
    if (!this.#failure) void this.#redial(reason);
  }

  async #redial(reason: string): Promise<void> {
    for (let attempt = 0; attempt < this.#options.redials; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 50 << attempt));
      if (this.#failure) return;
      try {
        await this.#connect();
        return this.#resendAll();
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    this.#fail(new LinkError(`The link to ${this.#name} was lost in the middle of the work. ${reason}`));
  }

  #giveUp(silence: number): void {
    const seconds = Math.round(silence / 1000);
    const sentence = `${this.#name} has not answered for ${seconds} s; check its power and its cable, then run the command again.`;
    const transport = this.#transport;
    this.#fail(new LinkError(sentence));
    void transport?.close();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#transport = undefined;
    this.#retry.stop();
    for (const pending of this.#pending.values()) pending.reject(this.#failure);
    this.#pending.clear();
    for (const send of this.#waiting.splice(0)) send();
  }
}

function decodeRefusal(payload: Uint8Array): Refusal {
  const { code, field, sentence } = refusalMessage.decode(payload);
  return new Refusal(code as RefusalCode, field, sentence);
}
