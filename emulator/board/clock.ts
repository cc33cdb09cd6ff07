import { MAX_CLOCK, realTime, type Time } from '../../protocol/index.js';

/** Source of a board's time: it stands still until advanced, or follows the computer's clock at a rate. */
export type ClockMode = 'manual' | { rate: number };

/** Reads `manual`, `real`, or a rate such as 3600 (an hour a second); undefined for anything else. */
export function clockModeOf(text: string): ClockMode | undefined {
  if (text === 'manual') return 'manual';
  const rate = text === 'real' ? 1 : Number(text);
  return rate > 0 && Number.isFinite(rate) ? { rate } : undefined;
}

/** The board's clock, in seconds since the board was made. At its maximum, `MAX_CLOCK`, it stands still. */
export class Clock {
  #advanced: number;
  readonly #elapsed: () => number;

  constructor(mode: ClockMode = 'manual', start = 0, time: Time = realTime) {
    this.#advanced = start;
    const begin = time.now();
    this.#elapsed = mode === 'manual' ? () => 0 : () => ((time.now() - begin) / 1000) * mode.rate;
  }

  readonly now = (): number => Math.min(this.#advanced + this.#elapsed(), MAX_CLOCK);

  /** Advances the reading. Errors: `RangeError` for a negative or infinite number of seconds. */
  advance(seconds: number): void {
    if (!(seconds >= 0 && Number.isFinite(seconds))) {
      throw new RangeError(`The clock cannot be advanced by ${seconds} s; give 0 or more.`);
    }
    this.#advanced += seconds;
  }

  /** Sets the present reading, after a snapshot was restored. */
  set(seconds: number): void {
    this.#advanced = seconds - this.#elapsed();
  }
}
