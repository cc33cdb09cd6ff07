import { concatenate, realTime, type Time } from '../../protocol/index.js';
import { LinkError } from '../errors.js';
import type { Dial, Transport, TransportEvents } from './transport.js';

/** What can happen to a piece of bytes on a link. */
export const faultKinds = [
  'drop', // a span of it, or all, is lost
  'corrupt', // up to three bits are flipped
  'duplicate', // it arrives twice
  'delay', // it arrives later, perhaps behind pieces that were sent after it
  'split', // it arrives in several pieces
  'merge', // it arrives together with the next one
  'disconnect', // the link is lost
] as const;
/** One of `faultKinds`. */
export type FaultKind = (typeof faultKinds)[number];

/** Probability of each fault per piece; a piece is what one `write` or one `onData` hands over. Default 0. */
export type FaultRates = Partial<Record<FaultKind, number>>;

/** Which faults to inject. */
export interface FaultOptions {
  /** The same seed gives the same faults to the first, second, ... piece. */
  seed: number;
  rates: FaultRates;
  /** Default `both`. */
  direction?: 'both' | 'toBoard' | 'toHost';
  /** Maximum time that a piece is held back, in milliseconds. Default 5. */
  delay?: number;
  /** Default: the platform's own time. */
  time?: Time;
}

/** Rates that add up to `rate`, the same for every fault. */
export const evenRates = (rate: number): FaultRates =>
  Object.fromEntries(faultKinds.map((kind) => [kind, rate / faultKinds.length]));

/** Injects faults into links to a board, for tests: `Board.open(faults.wrap(dialFor(url)), { crc32 })`. */
export class FaultInjector {
  /** Number of faults so far, by kind. */
  readonly counts: Record<FaultKind, number>;
  readonly #options: Required<FaultOptions>;
  readonly #random: () => number;

  constructor(options: FaultOptions) {
    this.#options = { direction: 'both', delay: 5, time: realTime, ...options };
    this.#random = mulberry32(options.seed);
    this.counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  }

  /** A dial whose links have faults. */
  wrap(dial: Dial): Dial {
    return async (signal) => new FaultyTransport(await dial(signal), this);
  }

  /** Draws the fault of the next piece in one direction; undefined for none. */
  draw(direction: 'toBoard' | 'toHost'): FaultKind | undefined {
    const { rates, direction: spoiled } = this.#options;
    if (spoiled !== 'both' && spoiled !== direction) return undefined;
    let rest = this.#random();
    for (const kind of faultKinds) {
      rest -= rates[kind] ?? 0;
      if (rest < 0) {
        this.counts[kind]++;
        return kind;
      }
    }
    return undefined;
  }

  /** Runs `action` after a random time. */
  later(action: () => void): void {
    const { delay, time } = this.#options;
    time.after(this.#random() * delay, action);
  }

  /** A random whole number from 0 to `count` - 1. */
  drawBelow(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

/** One direction of a link: takes pieces, and hands on what the faults leave of them. */
class FaultyWay {
  readonly #faults: FaultInjector;
  readonly #direction: 'toBoard' | 'toHost';
  readonly #receiver: (bytes: Uint8Array) => void;
  readonly #disconnect: () => void;
  #held: Uint8Array = new Uint8Array();

  constructor(
    faults: FaultInjector,
    direction: 'toBoard' | 'toHost',
    receiver: (bytes: Uint8Array) => void,
    disconnect: () => void,
  ) {
    this.#faults = faults;
    this.#direction = direction;
    this.#receiver = receiver;
    this.#disconnect = disconnect;
  }

  pass(piece: Uint8Array): void {
    const bytes = concatenate(this.#held, piece);
    this.#held = new Uint8Array();
    switch (this.#faults.draw(this.#direction)) {
      case undefined:
        return this.#deliver(bytes);
      case 'drop':
        return this.#drop(bytes);
      case 'corrupt':
        return this.#deliver(this.#corrupted(bytes));
      case 'duplicate':
        this.#deliver(new Uint8Array(bytes)); // its memory may be reused once the first is answered
        return this.#deliver(bytes);
      case 'delay':
        return this.#faults.later(() => this.#deliver(bytes));
      case 'split': {
        const cut = this.#faults.drawBelow(bytes.length + 1);
        this.#deliver(bytes.subarray(0, cut));
        return this.#deliver(bytes.subarray(cut));
      }
      case 'merge':
        this.#held = bytes;
        return this.#faults.later(() => this.#release(bytes));
      case 'disconnect':
        return this.#disconnect();
    }
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#receiver(bytes);
  }

  /** Delivers bytes that were held for a merge if no piece has come. */
  #release(bytes: Uint8Array): void {
    if (this.#held !== bytes) return;
    this.#held = new Uint8Array();
    this.#deliver(bytes);
  }

  #drop(bytes: Uint8Array): void {
    if (this.#faults.drawBelow(2) === 0) return;
    const start = this.#faults.drawBelow(bytes.length);
    const end = start + 1 + this.#faults.drawBelow(bytes.length - start);
    this.#deliver(concatenate(bytes.subarray(0, start), bytes.subarray(end)));
  }

  #corrupted(bytes: Uint8Array): Uint8Array {
    const spoiled = new Uint8Array(bytes);
    for (let flips = 1 + this.#faults.drawBelow(3); flips > 0; flips--) {
      spoiled[this.#faults.drawBelow(bytes.length)] ^= 1 << this.#faults.drawBelow(8);
    }
    return spoiled;
  }
}

class FaultyTransport implements Transport {
  readonly name: string;
  readonly #inner: Transport;
  readonly #toBoard: FaultyWay;
  readonly #toHost: FaultyWay;
  #events: TransportEvents | undefined;
  #closed = false;
  /** Resolves when the inner link can take more. */
  #room: Promise<void> = Promise.resolve();

  constructor(inner: Transport, faults: FaultInjector) {
    this.name = inner.name;
    this.#inner = inner;
    const disconnect = () => this.#disconnect();
    const write = (bytes: Uint8Array) => {
      // The inner link reports its failure by closing.
      if (!this.#closed) this.#room = inner.write(bytes).catch(() => undefined);
    };
    const receive = (bytes: Uint8Array) => {
      if (!this.#closed) this.#events?.onData(bytes);
    };
    this.#toBoard = new FaultyWay(faults, 'toBoard', write, disconnect);
    this.#toHost = new FaultyWay(faults, 'toHost', receive, disconnect);
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#inner.start({
      onData: (bytes) => this.#toHost.pass(new Uint8Array(bytes)),
      onClose: (error) => this.#closeWith(error),
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw new LinkError(`The link to ${this.name} is closed.`);
    this.#toBoard.pass(bytes);
    await this.#room;
  }

  async close(): Promise<void> {
    this.#closeWith(undefined);
    await this.#inner.close();
  }

  #disconnect(): void {
    this.#closeWith(new LinkError('an injected fault'));
    void this.#inner.close();
  }

  #closeWith(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events?.onClose(error);
  }
}

/** Uniform numbers of [0, 1): Tommy Ettinger's mulberry32, public domain. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 0x100000000;
  };
}
