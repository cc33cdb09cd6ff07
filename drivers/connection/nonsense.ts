import type { Time } from '../../protocol/index.js';

/** Frames without sense after which the board may be called one that talks nonsense. */
const MAX_NONSENSE = 256;
/** How long it must have talked nothing else, in milliseconds. */
const NONSENSE_AFTER = 5000;
/** Times that a request is written again at once, before the next sign of life. */
const MAX_EAGER = 16;

/**
 * Counts what a board sends besides answers, since its last sign of life. Only an answer to a request under
 * way, or progress that advances, is a sign of life. A bad link garbles some frames, but not hundreds in
 * seconds without one answer in between.
 */
export class Nonsense {
  readonly #time: Time;
  #frames = 0;
  #eager = 0;
  #since: number;

  constructor(time: Time) {
    this.#time = time;
    this.#since = time.now();
  }

  /** The board gave a sign of life. */
  heard(): void {
    this.#frames = 0;
    this.#eager = 0;
  }

  /** The board sent something without sense. Returns whether it has sent nothing else for too long. */
  add(): boolean {
    if (this.#frames++ === 0) this.#since = this.#time.now();
    return this.#frames > MAX_NONSENSE && this.#time.now() - this.#since > NONSENSE_AFTER;
  }

  /** Whether a frame on its way is a reason for patience: not if the frames before it had no sense. */
  get isBearable(): boolean {
    return this.#eager < MAX_EAGER;
  }

  /** Whether a request may be written again at once; if not, that is left to the retry timer. */
  mayResend(): boolean {
    return this.#eager++ < MAX_EAGER;
  }
}
