import { realTime, type Time } from '../../protocol/index.js';

/** When to send again, and when to give up. */
export interface Patience {
  /** Milliseconds of silence before the first retry; doubles with every try. */
  readonly retryAfter: number;
  /** Milliseconds of silence after which the board counts as lost. */
  readonly giveUpAfter: number;
}

/** What the timer calls. */
export interface RetryActions {
  /** Send again; `tries` counts from 1. */
  resend(tries: number): void;
  /** Give up after so many milliseconds of silence. */
  giveUp(milliseconds: number): void;
}

/** A frame on its way must bring so many bytes in this time, in milliseconds: less is no more than dripping. */
const MIN_MOVED = 256;
const MOVED_WITHIN = 5000;

/**
 * Watches for silence while requests are under way. It asks to send again after a while, twice as long each
 * time, and finally gives up. Any sign of life restarts the count.
 */
export class RetryTimer {
  readonly #patience: Patience;
  readonly #actions: RetryActions;
  readonly #time: Time;
  /** Cancels the platform's timer; undefined while none runs. */
  #callOff: (() => void) | undefined;
  /** When the present wait began. */
  #since = 0;
  #silent = 0;
  /** Bytes of frames on their way since `#movedAt`, when there were enough of them the last time. */
  #moved = 0;
  #movedAt = 0;
  #tries = 0;
  #wait: number;

  constructor(patience: Patience, actions: RetryActions, time: Time = realTime) {
    this.#patience = patience;
    this.#actions = actions;
    this.#time = time;
    this.#wait = patience.retryAfter;
  }

  /** Starts, unless it runs already. */
  start(): void {
    if (this.#callOff) return;
    this.#moves(this.#time.now());
    this.#arm();
  }

  /** Stops, and forgets the silence so far. */
  stop(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#silent = 0;
    this.#tries = 0;
    this.#wait = this.#patience.retryAfter;
  }

  /**
   * A frame is on its way, so that there is no reason to give up. It is no sign of life: the bytes may only
   * look like the rest of a frame that was cut, and a board that lets them drip is given up.
   */
  moving(bytes: number): void {
    const now = this.#time.now();
    this.#moved += bytes;
    if (this.#moved >= MIN_MOVED) this.#moves(now);
    if (now - this.#movedAt > MOVED_WITHIN) return;
    this.#silent = 0;
    this.#since = now;
  }

  #moves(now: number): void {
    this.#moved = 0;
    this.#movedAt = now;
  }

  /** The board gave a sign of life. */
  heard(): void {
    this.#moves(this.#time.now());
    if (this.#tries === 0) {
      this.#since = this.#time.now();
    } else {
      this.stop();
      this.#arm();
    }
  }

  #arm(): void {
    this.#since = this.#time.now();
    this.#sleep(this.#wait);
  }

  #sleep(milliseconds: number): void {
    this.#callOff = this.#time.after(milliseconds, () => {
      // Signs of life in the meantime only noted the time: that is cheaper than a new timer for each frame.
      const left = this.#since + this.#wait - this.#time.now();
      if (left > 0) this.#sleep(left);
      else this.#due();
    });
  }

  #due(): void {
    const { giveUpAfter } = this.#patience;
    this.#silent += this.#wait;
    if (this.#silent >= giveUpAfter) return this.#actions.giveUp(this.#silent);
    this.#wait = Math.min(2 * this.#wait, giveUpAfter - this.#silent);
    this.#arm();
    this.#actions.resend(++this.#tries);
  }
}
