/**
 * Watches the silence of a board while requests are under way: asks to send again after a while, twice as long each time,
 * and gives up in the end. Any sign of life starts the count anew.
 */
export class RetryTimer {
  #timer: NodeJS.Timeout | undefined;
  #silent = 0;
  #tries = 0;
  #wait: number;

  constructor(
    private readonly retryAfter: number,
    private readonly giveUpAfter: number,
    private readonly actions: { resend(tries: number): void; giveUp(milliseconds: number): void },
  ) {
    this.#wait = retryAfter;
  }

  /** Starts where it does not run yet. */
  start(): void {
    if (this.#timer === undefined) this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#silent = 0;
    this.#tries = 0;
    this.#wait = this.retryAfter;
  }

  /** A frame is on its way: no reason to give up. Not a sign of life: what arrives may pass for the rest of a frame that was cut. */
  moving(): void {
    this.#silent = 0;
    this.#timer?.refresh();
  }

  /** The board gave a sign of life. */
  heard(): void {
    if (this.#tries === 0) {
      this.#timer?.refresh();
    } else {
      this.stop();
      this.#arm();
    }
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#silent += this.#wait;
      if (this.#silent >= this.giveUpAfter) return this.actions.giveUp(this.#silent);
      this.#wait = Math.min(2 * this.#wait, this.giveUpAfter - this.#silent);
      this.#arm();
      this.actions.resend(++this.#tries);
    }, this.#wait);
  }
}
