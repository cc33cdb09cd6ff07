import type { Time } from '../../protocol/index.js';

/** A link that can be closed from this side. */
export interface Closable {
  hangUp(): void;
}

/** Number of strangers' links at the same time. */
export const MAX_STRANGERS = 32;
/** Milliseconds that one of them may stay: who means the board says hello at once. */
export const STRANGER_STAY = 10_000;

/**
 * Links over which anyone may come, from their beginning until the other side has shown that it means the
 * board. Few of them are open, and none for long. A new one takes the place of the oldest: a host says hello
 * at once, so the oldest is the one that holds up the others.
 */
export class Strangers {
  readonly #time: Time;
  /** What calls off the end of each link's stay, in the order in which they came. */
  readonly #links = new Map<Closable, () => void>();

  constructor(time: Time) {
    this.#time = time;
  }

  admit(link: Closable): void {
    if (this.#links.size >= MAX_STRANGERS) this.#links.keys().next().value?.hangUp();
    // What already came is read before the link is closed: a busy board may be late in reading it.
    const end = () =>
      this.#time.soon(() => {
        if (this.#links.has(link)) link.hangUp();
      });
    this.#links.set(link, this.#time.after(STRANGER_STAY, end));
  }

  /** The link is no stranger's any more, or closed. */
  release(link: Closable): void {
    this.#links.get(link)?.();
    this.#links.delete(link);
  }
}
