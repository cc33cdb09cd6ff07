import {
  type AnyCommand,
  type Command,
  type Crc32,
  encodeFrame,
  type Fields,
  FrameKind,
  FrameMemory,
  type Message,
  openFrame,
  Refusal,
  RefusalCode,
  sealFrame,
} from '../../protocol/index.js';
import { LinkError } from '../errors.js';
import { type Settled, settledBy } from './answers.js';

/** How one request is made. */
export interface RequestOptions {
  /**
   * Cancels the request: the board stops between two steps, and the request rejects with the refusal
   * `cancelled`.
   */
  signal?: AbortSignal;
  /** Called with the progress of a long command, in steps. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** A request without an answer. */
export interface PendingRequest {
  readonly id: number;
  readonly command: AnyCommand;
  /** Its frame. */
  readonly bytes: Uint8Array;
  /** Numbers that its answer must have, by field. */
  readonly settled: Settled;
  /** The progress so far; undefined before the first. */
  progress?: { done: number; total: number };
  /** How often the frame was written. */
  writes: number;
  /** The frame that cancels it; undefined until the request is cancelled. */
  cancel?: Uint8Array;
  readonly onProgress: RequestOptions['onProgress'];
  resolve(message: unknown): void;
  reject(error: Error): void;
}

/** What the requests need from the connection. */
export interface RequestEvents {
  /** Write the request's frame now. If there is no link, it is written again once there is one. */
  write(request: PendingRequest): void;
  /** No request is under way any more. */
  onIdle(): void;
}

/** The board's limits for requests, as hello announces them. */
export interface RequestLimits {
  /** Maximum payload, in bytes. */
  maxPayload: number;
  /** Maximum number of requests under way. */
  window: number;
}

/** Maximum number of a request: it is an u32 on the wire. */
const MAX_ID = 0xffff_ffff;

/** Payload that is safe before hello has announced the board's own limit, in bytes. */
const HELLO_PAYLOAD = 4096;

/**
 * The requests of one session: numbers them from 1, keeps each until it is answered, and holds back those
 * that the window has no room for.
 */
export class PendingRequests {
  limits: RequestLimits = { maxPayload: HELLO_PAYLOAD, window: 1 };
  readonly #crc32: Crc32;
  readonly #events: RequestEvents;
  /** By number, and so in the order of the numbers. */
  readonly #underWay = new Map<number, PendingRequest>();
  /** Sends the requests that wait for room in the window, in order. */
  readonly #waiting: (() => void)[] = [];
  readonly #memory = new FrameMemory();
  #nextId = 1;
  #lastAnswered = 0;
  #failure: Error | undefined;

  constructor(crc32: Crc32, events: RequestEvents) {
    this.#crc32 = crc32;
    this.#events = events;
  }

  /** Whether the board was sent any request in this session. */
  get begun(): boolean {
    return this.#nextId > 1;
  }

  /**
   * Whether a board that will execute request `nextId` next can be the one that answered until now: a board that
   * was restarted begins with 1 again.
   */
  isBehind(nextId: number): boolean {
    return nextId <= this.#lastAnswered;
  }

  /** Why no request can be made any more; undefined while they can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The request under way with a number. */
  get(id: number): PendingRequest | undefined {
    return this.#underWay.get(id);
  }

  /** Makes a request. Errors: the board's `Refusal`; that of `failAll`. */
  ask<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
    options: RequestOptions,
  ): Promise<Message<A>> {
    return new Promise((resolve, reject) => {
      this.#checkSize(command, command.request.byteLength(message));
      const send = () => {
        if (this.#failure) return reject(this.#failure);
        if (options.signal?.aborted) return reject(cancelledBeforeSending());
        if (this.#nextId > MAX_ID) return reject(usedUp());
        try {
          const frame = openFrame(command.request, message, this.#memory);
          const settled = settledBy(command, message);
          this.#send(command, { frame, settled }, options, (answer) => resolve(answer as Message<A>), reject);
        } catch (error) {
          reject(error as Error);
        }
      };
      if (this.#failure || (this.#waiting.length === 0 && this.#hasRoom())) send();
      else this.#waiting.push(send);
    });
  }

  /** The request is answered: calls `settle`, and rejects the request with what that throws. */
  answered(request: PendingRequest, settle: () => void): void {
    this.#underWay.delete(request.id);
    this.#lastAnswered = Math.max(this.#lastAnswered, request.id);
    // The board has the frame. If it was written twice, the second copy may still be on its way out.
    if (request.writes === 1) this.#memory.give(request.bytes);
    this.#writeOlderThan(request.id);
    try {
      settle();
    } catch (error) {
      request.reject(error as Error);
    }
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.();
    if (this.#underWay.size === 0) this.#events.onIdle();
  }

  /** Writes all requests under way again. */
  writeAll(): void {
    for (const request of this.#underWay.values()) this.#events.write(request);
  }

  /** Rejects all requests, and those to come, with the first error that this was called with. */
  failAll(error: Error): void {
    this.#failure ??= error;
    for (const request of this.#underWay.values()) request.reject(this.#failure);
    this.#underWay.clear();
    for (const send of this.#waiting.splice(0)) send();
  }

  #checkSize({ name }: AnyCommand, bytes: number): void {
    const { maxPayload } = this.limits;
    if (bytes <= maxPayload) return;
    const sentence = `${name} would take ${bytes} bytes, the board holds ${maxPayload}; ask for less at once.`;
    throw new Refusal(RefusalCode.tooLarge, 'length', sentence);
  }

  #hasRoom(): boolean {
    const oldest = this.#underWay.keys().next().value ?? this.#nextId;
    return this.#nextId < oldest + this.limits.window;
  }

  #send(
    command: AnyCommand,
    { frame, settled }: { frame: Uint8Array; settled: Settled },
    { signal, onProgress }: RequestOptions,
    resolve: (message: unknown) => void,
    reject: (error: Error) => void,
  ): void {
    const id = this.#nextId++;
    const bytes = sealFrame(frame, { kind: FrameKind.request, id, command: command.code }, this.#crc32);
    const cancel = () => {
      request.cancel = encodeFrame({ kind: FrameKind.cancel, id, command: command.code }, this.#crc32);
      this.#events.write(request);
    };
    const settling =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        signal?.removeEventListener('abort', cancel);
        settle(value);
      };
    signal?.addEventListener('abort', cancel);
    const request: PendingRequest = {
      id,
      command,
      bytes,
      settled,
      writes: 0,
      onProgress,
      resolve: settling(resolve),
      reject: settling(reject),
    };
    this.#underWay.set(id, request);
    this.#events.write(request);
  }

  /** Answers come in the order of the numbers: if an older request has none yet, its answer was lost. */
  #writeOlderThan(id: number): void {
    for (const request of this.#underWay.values()) {
      if (request.id > id) return;
      this.#events.write(request);
    }
  }
}

const usedUp = () =>
  new LinkError('This session has used up all its request numbers; close the board and open it again.');

const cancelledBeforeSending = () =>
  new Refusal(RefusalCode.cancelled, '', 'The request was cancelled before it was sent.');
