import { type Dial, LinkError, type Transport, type TransportEvents } from '../../../drivers/index.js';
import type { Attachable, HostLink } from '../../../emulator/index.js';
import type { Random } from '../../../network/index.js';
import type { VirtualTime } from './virtual-time.js';

/** Probabilities of faults for one piece of bytes; times in milliseconds. */
export interface NetworkFaults {
  drop: number;
  damage: number;
  repeat: number;
  /** A piece arrives after others that were sent later. */
  reorder: number;
  split: number;
  disconnect: number;
  /** Nothing gets through for a while. */
  partition: number;
  latency: number;
}

export const noFaults: NetworkFaults = {
  ...{ drop: 0, damage: 0, repeat: 0, reorder: 0, split: 0, disconnect: 0, partition: 0 },
  latency: 1,
};

const PARTITION_MILLISECONDS = 3000;
const MAX_LATE_MILLISECONDS = 10_000;

/**
 * Links between hosts and a board, on virtual time, that lose, damage, repeat, delay, reorder, split and
 * break.
 */
export class VirtualNetwork {
  /** Faults by kind. */
  readonly counts: Record<string, number> = {};
  faults = noFaults;
  /**
   * The board's endpoint is one that anyone can reach, so that it closes links that do not begin with hello.
   */
  isOpenToAnyone = false;
  /** The board that is switched on; undefined while the power is off. */
  board: Attachable | undefined;
  /** Called with everything that the board sends. */
  onAnswer: () => void = () => undefined;
  readonly #random: Random;
  readonly #time: VirtualTime;
  readonly #links = new Set<VirtualLink>();
  #partitionedUntil = 0;

  constructor(random: Random, time: VirtualTime) {
    this.#random = random;
    this.#time = time;
  }

  /** Dials for one host; `onBreak` is called whenever a link of it breaks or is closed. */
  dialFor(onBreak: () => void): Dial {
    return () => {
      if (!this.board) return Promise.reject(new LinkError('The board is switched off.'));
      const link = new VirtualLink(this, this.board, onBreak);
      this.#links.add(link);
      return Promise.resolve(link);
    };
  }

  /** Breaks all links, as a board without power does. */
  breakLinks(): void {
    for (const link of this.#links) link.breakUp();
  }

  forget(link: VirtualLink): void {
    this.#links.delete(link);
  }

  /** Passes a piece on, or what the network makes of it. */
  carry(piece: Uint8Array, way: Way): void {
    const { drop, damage, repeat, reorder, split, disconnect, partition, latency } = this.faults;
    const bytes = piece.slice();
    if (this.#happens('partition', partition))
      this.#partitionedUntil = this.#time.now() + PARTITION_MILLISECONDS;
    if (this.#time.now() < this.#partitionedUntil || this.#happens('drop', drop)) return;
    if (this.#happens('disconnect', disconnect)) return way.link.breakUp();
    if (this.#happens('damage', damage)) this.#damage(bytes);
    const delay = latency * -Math.log(1 - this.#random.uniform());
    if (this.#happens('reorder', reorder)) {
      this.#time.after(delay + 5 * latency, () => way.deliver(bytes));
      return;
    }
    const pieces = this.#happens('split', split) ? this.#split(bytes) : [bytes];
    if (this.#happens('repeat', repeat)) this.#deliverLater(bytes.slice(), latency, way);
    for (const one of pieces) way.inOrder(this.#time, delay, one);
  }

  /** A copy that may come long after everything that was sent behind the original. */
  #deliverLater(bytes: Uint8Array, latency: number, way: Way): void {
    const delay = latency + MAX_LATE_MILLISECONDS * this.#random.uniform() ** 6;
    this.#time.after(delay, () => way.deliver(bytes));
  }

  #happens(kind: string, rate: number): boolean {
    if (rate === 0 || this.#random.uniform() >= rate) return false;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return true;
  }

  #damage(bytes: Uint8Array): void {
    for (let flips = 1 + this.#random.below(3); flips > 0; flips--)
      bytes[this.#random.below(bytes.length)] ^= 1 << this.#random.below(8);
  }

  #split(bytes: Uint8Array): Uint8Array[] {
    const cut = this.#random.below(bytes.length + 1);
    return [bytes.subarray(0, cut), bytes.subarray(cut)];
  }
}

/** One direction of a link. */
class Way {
  #lastArrival = 0;

  constructor(
    readonly link: VirtualLink,
    readonly deliver: (bytes: Uint8Array) => void,
  ) {}

  inOrder(time: VirtualTime, delay: number, bytes: Uint8Array): void {
    this.#lastArrival = Math.max(this.#lastArrival, time.now() + delay);
    time.after(this.#lastArrival - time.now(), () => this.deliver(bytes));
  }
}

class VirtualLink implements Transport {
  readonly name = 'sim:';
  readonly #network: VirtualNetwork;
  readonly #onBreak: () => void;
  readonly #boardEnd: HostLink;
  readonly #toBoard: Way;
  readonly #toHost: Way;
  #events: TransportEvents | undefined;
  #isOpen = true;

  constructor(network: VirtualNetwork, board: Attachable, onBreak: () => void) {
    this.#onBreak = onBreak;
    this.#network = network;
    this.#toHost = new Way(this, (bytes) => this.#isOpen && this.#events?.onData(bytes));
    this.#toBoard = new Way(this, (bytes) => this.#isOpen && this.#boardEnd.receive(bytes));
    this.#boardEnd = board.attach(
      (bytes) => {
        // Answers of a board without power reach nobody.
        if (!this.#isOpen || this.#network.board !== board) return;
        this.#network.onAnswer();
        this.#network.carry(bytes, this.#toHost);
      },
      'a simulated host',
      network.isOpenToAnyone ? () => this.breakUp() : undefined,
    );
  }

  start(events: TransportEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) return Promise.reject(new LinkError('The link is broken.'));
    this.#network.carry(bytes, this.#toBoard);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.breakUp();
    return Promise.resolve();
  }

  breakUp(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onBreak();
    this.#network.forget(this);
    this.#boardEnd.close();
    this.#events?.onClose(new LinkError('the simulated link broke'));
  }
}
