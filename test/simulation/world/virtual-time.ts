import type { Time } from '../../../protocol/index.js';

interface Event {
  readonly at: number;
  readonly number: number;
  action: (() => void) | undefined;
}

/** Events between two turns of Node's event loop. */
const TURN_EVERY = 256;

/** A command did not end in its time, or nothing is left that could end it. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
}

/**
 * A clock on which nothing waits: it jumps from event to event. Events of the same time happen in the order
 * in which they were asked for, so a run depends on nothing but its seed.
 */
export class VirtualTime implements Time {
  /** Events that have happened. */
  events = 0;
  #now = 0;
  #number = 0;
  /** A binary heap: the earliest event first. */
  readonly #heap: Event[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, action: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, milliseconds), number: this.#number++, action };
    this.#push(event);
    return () => (event.action = undefined);
  }

  soon(action: () => void): void {
    this.after(0, action);
  }

  /**
   * Lets events happen until `work` is settled. Errors: that of `work`; `StuckError` if it takes longer than
   * `limit` ms. `afterEach` is called after each event.
   */
  async run<T>(work: Promise<T>, limit: number, afterEach: () => void = () => undefined): Promise<T> {
    let settled = false;
    work.then(
      () => (settled = true),
      () => (settled = true),
    );
    const end = this.#now + limit;
    for (;;) {
      await (this.events % TURN_EVERY === 0 ? turnOfTheLoop() : promisesSettle());
      if (settled) return work;
      const event = this.#pop();
      if (!event) throw new StuckError('Nothing is left that could end this.');
      if (event.at > end) throw new StuckError(`This did not end within ${limit} ms.`);
      this.#now = event.at;
      this.events++;
      event.action?.();
      afterEach();
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && before(event, heap[parent]); parent = (at - 1) >> 1) {
      heap[at] = heap[parent];
      heap[(at = parent)] = event;
    }
  }

  #pop(): Event | undefined {
    for (;;) {
      const first = this.#removeFirst();
      if (!first || first.action) return first;
    }
  }

  #removeFirst(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);

/**
 * Everything that promises lead to has happened: Node calls what was put off by nextTick when no promise has
 * a reaction left. Costs a fraction of a turn of the event loop.
 */
const promisesSettle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** A turn of Node's event loop, in which it also looks for rejections that nobody handles. */
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
