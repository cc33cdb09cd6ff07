import {
  type Crc32,
  type Frame,
  type FrameHead,
  FrameKind,
  FrameMemory,
  openFrame,
  progressMessage,
  Refusal,
  RefusalCode,
  refusalMessage,
  sealFrame,
  type Time,
} from '../../protocol/index.js';
import type { Progress, Steps } from '../chip/operations.js';

/** Outcome of a request: its answer at once, later, or in steps. The answer is an open frame. */
export type Outcome = Uint8Array | Promise<Uint8Array> | Steps<Uint8Array>;

export interface SessionOptions {
  /** Requests that may be under way. */
  window: number;
  crc32: Crc32;
  time: Time;
  execute(request: Frame, memory: FrameMemory): Outcome;
  /** Sends the bytes of one frame to the host that holds the session; lost if no host holds it. */
  send(frame: Uint8Array): void;
  /** Frees the payload of a request that has been answered. */
  release(request: Frame): void;
}

interface Answer {
  readonly frame: Uint8Array;
  /** Whether it was sent more than once. */
  repeated: boolean;
}

/**
 * The requests of one host: each is executed once, in the order of their numbers, whatever the link repeats,
 * loses or swaps. The last answers are kept and sent again when their requests come again. A host sends
 * number n + window only after it has the answer to n, so an answer older than the window is never asked for.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #waiting = new Map<number, Frame>();
  readonly #answers = new Map<number, Answer>();
  readonly #memory = new FrameMemory();
  readonly #cancelled = new Set<number>();
  #nextId = 1;
  #executing: Frame | undefined;
  #progress: Uint8Array | undefined;
  /** Resolves when the present long request is answered. */
  #finished = Promise.resolve();

  constructor(
    readonly number: bigint,
    options: SessionOptions,
  ) {
    this.#options = options;
  }

  /** Number of the request that is executed next. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Executes a request in its turn, or sends its last answer or progress again. */
  receive(request: Frame): void {
    const { id } = request;
    const answer = this.#answers.get(id);
    if (answer) return this.#repeat(answer);
    if (id === this.#executing?.id) {
      if (this.#progress) this.#options.send(this.#progress);
      return;
    }
    if (id < this.#nextId) return; // an old duplicate, answered long ago
    if (!this.#isWithinWindow(id)) return this.#refuseBeyondWindow(request);
    this.#waiting.set(id, request);
    this.#pump();
  }

  /** Stops a request between two of its steps, or before it begins. */
  cancel(id: number): void {
    const answer = this.#answers.get(id);
    if (answer) this.#repeat(answer);
    else if (id === this.#executing?.id || this.#isWithinWindow(id)) this.#cancelled.add(id);
  }

  /**
   * Ends the session for another one: drops waiting requests and stops the running one after its step.
   * Resolves when nothing runs.
   */
  abandon(): Promise<void> {
    this.#waiting.clear();
    if (this.#executing) this.#cancelled.add(this.#executing.id);
    return this.#finished;
  }

  #isWithinWindow(id: number): boolean {
    return id >= this.#nextId && id < this.#nextId + this.#options.window;
  }

  #pump(): void {
    for (;;) {
      const request = this.#waiting.get(this.#nextId);
      if (!request || this.#executing) return;
      this.#waiting.delete(request.id);
      this.#nextId++;
      this.#begin(request);
    }
  }

  #begin(request: Frame): void {
    this.#executing = request;
    try {
      if (this.#cancelled.delete(request.id)) throw cancelled();
      const outcome = this.#options.execute(request, this.#memory);
      if (outcome instanceof Uint8Array) this.#answer(request, FrameKind.response, outcome);
      else this.#finished = this.#finish(request, outcome);
    } catch (error) {
      this.#refuse(request, error);
    }
  }

  async #finish(request: Frame, outcome: Promise<Uint8Array> | Steps<Uint8Array>): Promise<void> {
    try {
      const answer = 'next' in outcome ? await this.#run(request, outcome) : await outcome;
      this.#answer(request, FrameKind.response, answer);
    } catch (error) {
      this.#refuse(request, error);
    }
    this.#pump();
  }

  async #run(request: Frame, steps: Steps<Uint8Array>): Promise<Uint8Array> {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      this.#report(request, step.value);
      await new Promise<void>((resolve) => this.#options.time.soon(resolve));
      if (this.#cancelled.delete(request.id)) throw cancelled();
    }
  }

  #report({ id, command }: Frame, progress: Progress): void {
    const frame = openFrame(progressMessage, { done: progress.done, total: progress.total });
    this.#progress = sealFrame(frame, { kind: FrameKind.progress, id, command }, this.#options.crc32);
    this.#options.send(this.#progress);
  }

  #refuse(request: Frame, error: unknown): void {
    this.#answer(request, FrameKind.refusal, openRefusal(error));
  }

  #answer(request: Frame, kind: FrameKind, open: Uint8Array): void {
    const { id, command } = request;
    const frame = sealFrame(open, { kind, id, command }, this.#options.crc32);
    this.#executing = undefined;
    this.#progress = undefined;
    this.#cancelled.delete(id);
    this.#answers.set(id, { frame, repeated: false });
    this.#forget(id - this.#options.window);
    this.#options.release(request);
    this.#options.send(frame);
  }

  #repeat(answer: Answer): void {
    answer.repeated = true;
    this.#options.send(answer.frame);
  }

  #forget(id: number): void {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    // The host has it whole. If it was sent twice, the second copy may still be on its way out.
    if (answer && !answer.repeated) this.#memory.give(answer.frame);
  }

  /** Refuses without keeping the answer: the request may come again when there is room. */
  #refuseBeyondWindow(request: Frame): void {
    const sentence = `Request ${request.id} is beyond the window of ${this.#options.window} after request ${this.#nextId - 1}.`;
    const refusal = new Refusal(RefusalCode.windowExceeded, 'id', sentence);
    this.#options.send(refusalFrame(request, refusal, this.#options.crc32));
  }
}

const cancelled = () =>
  new Refusal(RefusalCode.cancelled, '', 'The request was cancelled; what was done stays done.');

/** Bytes of the frame that refuses a request. */
export const refusalFrame = (
  { id, command }: Omit<FrameHead, 'kind'>,
  error: unknown,
  crc32: Crc32,
): Uint8Array => sealFrame(openRefusal(error), { kind: FrameKind.refusal, id, command }, crc32);

/** Any other error is a failure of the board itself, and is refused as one. */
function openRefusal(error: unknown): Uint8Array {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(RefusalCode.internal, '', `The board failed: ${String(error)}`);
  return openFrame(refusalMessage, {
    code: refusal.code,
    field: refusal.field,
    sentence: refusal.message,
  });
}
