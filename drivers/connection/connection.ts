import {
  type Command,
  type Crc32,
  type Fields,
  type Frame,
  FrameKind,
  FrameMemory,
  type Message,
  progressMessage,
  RefusalCode,
  wait,
} from '../../protocol/index.js';
import { BoardError, LinkError, LostLinkError } from '../errors.js';
import type { Dial } from '../transports/transport.js';
import { decodeAnswer, decodeMessage, decodeRefusal } from './answers.js';
import { shakeHands } from './handshake.js';
import { Link, type LinkEvents } from './link.js';
import { Nonsense } from './nonsense.js';
import { type ConnectionOptions, defaultOptions } from './options.js';
import { type PendingRequest, PendingRequests, type RequestOptions } from './pending-requests.js';
import { RetryTimer } from './retry-timer.js';

/**
 * Requests and answers over a link that may lose, damage and repeat bytes. Each request has a number and is
 * executed once: it is sent again under the same number until it is answered, over a new link if the old one
 * broke. Up to a window of requests is under way; further ones wait in order.
 */
export class Connection {
  readonly #dial: Dial;
  readonly #options: ConnectionOptions;
  readonly #requests: PendingRequests;
  /** Memory of answers, over all links. */
  readonly #payloads = new FrameMemory();
  readonly #retry: RetryTimer;
  readonly #nonsense: Nonsense;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  /** Whether hello was answered on the present link. */
  #ready = false;
  #peer = 'the board';

  private constructor(dial: Dial, options: ConnectionOptions) {
    this.#dial = dial;
    this.#options = options;
    this.#nonsense = new Nonsense(options.time);
    this.#requests = new PendingRequests(options.crc32, {
      write: (request) => this.#write(request),
      onIdle: () => this.#retry.stop(),
    });
    this.#retry = new RetryTimer(
      options,
      {
        resend: (tries) => {
          if (tries > 1) this.#link?.resynchronise();
          this.#requests.writeAll();
        },
        giveUp: (silence) => this.#giveUp(silence),
      },
      options.time,
    );
  }

  /**
   * Dials and says hello. Dials again if the link is lost before the answer.
   * Errors: `LinkError`; the board's `Refusal` (busy, unauthorised).
   */
  static async open(dial: Dial, options: Partial<ConnectionOptions> & { crc32: Crc32 }): Promise<Connection> {
    const connection = new Connection(dial, { ...defaultOptions(), ...options });
    try {
      await connection.#connect();
    } catch (error) {
      if (!(error instanceof LostLinkError)) throw error;
      await connection.#reconnect(error);
    }
    return connection;
  }

  /** Name of the board's link in messages. */
  get name(): string {
    return this.#peer;
  }

  /** Maximum payload that the board takes and sends, in bytes. */
  get maxPayload(): number {
    return this.#requests.limits.maxPayload;
  }

  /**
   * Sends a request and resolves with its answer. The arrays of `message` must not change before: they are
   * encoded when the request is sent. Errors: the board's `Refusal`; `LinkError` if the link is lost for
   * good.
   */
  request<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
    options: RequestOptions = {},
  ): Promise<Message<A>> {
    return this.#requests.ask(command, message, options);
  }

  /**
   * Takes the memory of an answer back for later answers, so that long answers leave no garbage; `array` is
   * one of the answer's arrays. The answer's arrays must not be used afterwards.
   */
  recycle({ buffer }: Uint8Array | Int16Array | Uint16Array): void {
    this.#payloads.give(new Uint8Array(buffer as ArrayBuffer));
  }

  /** Closes the link. Requests under way reject with `LinkError`. */
  async close(): Promise<void> {
    await this.#fail(new LinkError(`The connection to ${this.#peer} was closed.`));
  }

  #write(request: PendingRequest): void {
    this.#retry.start();
    const { id, bytes, cancel } = request;
    if (!this.#ready) return;
    request.writes++;
    // The cancel goes first: if the board has not begun the request, it need not.
    if (cancel) this.#link?.send(-id, cancel);
    this.#link?.send(id, bytes);
  }

  async #connect(): Promise<void> {
    const requests = this.#requests;
    const transport = await this.#dial(this.#closing.signal);
    const { token, host, crc32, session } = this.#options;
    const link = new Link(
      transport,
      { maxPayload: this.maxPayload, crc32, memory: this.#payloads },
      this.#eventsOf(),
    );
    this.#peer = link.name;
    this.#link = link;
    try {
      const { giveUpAfter, helloWithin } = this.#options;
      // A board that answered before deserves all patience: its link may be slow to come back.
      const patience = requests.begun ? giveUpAfter : Math.min(helloWithin, giveUpAfter);
      const hello = { session, token, host };
      const limits = await shakeHands(link, hello, { ...this.#options, giveUpAfter: patience });
      if (requests.failure) throw requests.failure;
      if (link.lost) throw new LostLinkError(`The link to ${link.name} was lost.`);
      // `resumed` alone does not tell: a board that was restarted says it too if its first answer to hello got lost.
      const restarted = limits.resumed === 0 || requests.isBehind(limits.nextId);
      if (requests.begun && restarted) throw this.#restarted();
      requests.limits = limits;
      link.maxPayload = limits.maxPayload;
      link.events = this.#eventsOf();
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
      onDamage: () => this.#writeAgain(() => this.#requests.writeAll()),
      onMoving: (bytes) => this.#nonsense.isBearable && this.#retry.moving(bytes),
      onLost: (reason) => this.#linkLost(reason),
    };
  }

  #onFrame(frame: Frame): void {
    const request = this.#requests.get(frame.id);
    if (frame.id === 0 && frame.kind === FrameKind.refusal) {
      this.#writeAgain(() => this.#requests.writeAll());
    } else if (!request || frame.command !== request.command.code) {
      this.#talksNonsense();
    } else if (frame.kind === FrameKind.progress) {
      this.#progressed(request, frame.payload);
    } else if (frame.kind === FrameKind.response) {
      this.#heard();
      const { command, settled } = request;
      this.#requests.answered(request, () =>
        request.resolve(decodeAnswer(this.#peer, command, settled, frame.payload)),
      );
    } else if (frame.kind === FrameKind.refusal) {
      this.#refused(request, frame.payload);
    } else {
      this.#talksNonsense();
    }
  }

  #heard(): void {
    this.#retry.heard();
    this.#nonsense.heard();
  }

  /** Counts what has no sense, and gives the board up if it sends nothing else. */
  #talksNonsense(): void {
    if (!this.#nonsense.add()) return;
    const sentence = 'for seconds it has sent hundreds of frames, but no answer to what it was asked.';
    void this.#fail(new BoardError(this.#peer, 'no command', '', sentence));
  }

  /** Writes again at once what the board could not read, but not without limit. */
  #writeAgain(write: () => void): void {
    this.#talksNonsense();
    if (this.#nonsense.mayResend()) write();
  }

  /** Progress counts as life only if it advances, and only of a command that may be long. */
  #progressed(request: PendingRequest, payload: Uint8Array): void {
    let progress: { done: number; total: number };
    try {
      progress = decodeMessage(this.#peer, 'progress', progressMessage, payload) as typeof progress;
    } catch {
      return this.#talksNonsense();
    }
    const { done, total } = progress;
    const before = request.progress ?? { done: -1, total };
    const advances = done > before.done && done <= total && total === before.total;
    if (!advances || !request.command.long) return this.#talksNonsense();
    request.progress = progress;
    this.#heard();
    request.onProgress?.(progress);
  }

  #refused(request: PendingRequest, payload: Uint8Array): void {
    const refusal = decodeRefusal(this.#peer, payload);
    if (refusal instanceof BoardError) {
      this.#requests.answered(request, () => request.reject(refusal));
    } else if (refusal.code === RefusalCode.badChecksum) {
      this.#writeAgain(() => this.#write(request));
    } else if (refusal.code === RefusalCode.noSession) {
      void this.#link?.close(); // the next hello tells whether the board was restarted
    } else {
      this.#heard();
      this.#requests.answered(request, () => request.reject(refusal));
    }
  }

  #linkLost(reason: string): void {
    this.#link = undefined;
    this.#ready = false;
    if (!this.#requests.failure) void this.#resume(new LostLinkError(reason));
  }

  /** Goes on over a new link after `lost`. */
  async #resume(lost: LostLinkError): Promise<void> {
    try {
      await this.#reconnect(lost);
      this.#requests.writeAll();
    } catch (error) {
      const { message } = error as Error;
      const sentence = `The link to ${this.#peer} was lost in the middle of the work: ${message}`;
      void this.#fail(error instanceof LinkError ? new LinkError(sentence) : (error as Error));
    }
  }

  /** Dials until the board answers hello. Errors: that of the last try; a refusal. */
  async #reconnect(lost: LostLinkError): Promise<void> {
    const { redials, redialAfter, time } = this.#options;
    let failure: LinkError = lost;
    for (let attempt = 0; attempt < redials; attempt++) {
      await wait(redialAfter * 2 ** attempt, undefined, time);
      if (this.#requests.failure) throw this.#requests.failure;
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
    const sentence = `${this.#peer} was restarted and no longer knows what was under way; run the command again, it goes on from where the board stands.`;
    const error = new LinkError(sentence);
    void this.#fail(error);
    return error;
  }

  #giveUp(silence: number): void {
    const seconds = Math.round(silence / 1000);
    const sentence = `${this.#peer} has not answered for ${seconds} s; check its power and its cable, then run the command again.`;
    void this.#fail(new LinkError(sentence));
  }

  async #fail(error: Error): Promise<void> {
    this.#retry.stop();
    this.#requests.failAll(error);
    this.#closing.abort();
    await this.#link?.close();
  }
}
