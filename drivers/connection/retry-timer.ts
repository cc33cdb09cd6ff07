import { realTime, type Time } from '../../protocol/index.js';

/**
 * Watches the silence of a board while requests are under way: asks to send again after a while, twice as long each time,
 * and gives up in the end. Any sign of life starts the count anew.
 */
export class RetryTimer {
  /** Calls the timer off; undefined where none runs. */
  #callOff: (() => void) | undefined;
  /** When the present wait began. */
  #since = 0;
  #silent = 0;
  #tries = 0;
  #wait: number;

  constructor(
    private readonly retryAfter: number,
    private readonly giveUpAfter: number,
    private readonly actions: { resend(tries: number): void; giveUp(milliseconds: number): void },
    private readonly time: Time = realTime,
  ) {
    this.#wait = retryAfter;
  }

  /** Starts where it does not run yet. */
  start(): void {
    if (!this.#callOff) this.#arm();
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#silent = 0;
    this.#tries = 0;
    this.#wait = this.retryAfter;
  }

  /** A frame is on its way: no reason to give up. Not a sign of life: what arrives may pass for the rest of a frame that was cut. */
  moving(): void {
    this.#silent = 0;
    this.#since = this.time.now();
  }

  /** The board gave a sign of life. */
  heard(): void {
    if (this.#tries === 0) {
      this.#since = this.time.now();
    } else {
      this.stop();
      this.#arm();
    }
  }

  #arm(): void {
    this.#since = this.time.now();
    this.#sleep(this.#wait);
  }

  #sleep(milliseconds: number): void {
    this.#callOff = this.time.after(milliseconds, () => {
      // What was heard meanwhile only noted the time: that is cheaper than a new timer for each frame.
      const left = this.#since + this.#wait - this.time.now();
      if (left > 0) this.#sleep(left);
      else this.#due();
    });
  }

  #due(): void {
    this.#silent += this.#wait;
    if (this.#silent >= this.giveUpAfter) return this.actions.giveUp(this.#silent);
    this.#wait = Math.min(2 * this.#wait, this.giveUpAfter - this.#silent);
    this.#arm();
    this.actions.resend(++this.#tries);
  }
}
