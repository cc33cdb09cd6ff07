import { Board } from '../../../drivers/index.js';
import {
  BoardState,
  EmulatedBoard,
  plainBackend,
  type Profile,
  StateError,
} from '../../../emulator/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { Random } from '../../../network/index.js';
import { wait } from '../../../protocol/index.js';
import { fastCrc32 } from '../../../protocol/node/index.js';
import { BrokenPromise, Oracle } from './oracle.js';
import { VirtualDisk } from './virtual-disk.js';
import { type NetworkFaults, VirtualNetwork } from './virtual-network.js';
import { VirtualTime } from './virtual-time.js';

/** One mix of faults: each run has another, so that rare combinations come up. */
export interface Swarm {
  faults: NetworkFaults;
  /** Probability that the power goes off during an action. */
  powerCuts: number;
  /** Probability that a write finds the disk full. */
  fullDisk: number;
  /** Whether anyone can open links to the board. */
  openToAnyone: boolean;
  /** Probability that a bit of the file turns over while the power is off. */
  bitFlips: number;
}

const STATE_FILE = 'board.pcm';
/** Milliseconds that the board is off after its power was cut. */
const OFF_MILLISECONDS = 200;

/** A board with a disk and a host, all on one virtual clock. */
export class World {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly disk: VirtualDisk;
  readonly network: VirtualNetwork;
  readonly oracle: Oracle;
  readonly profile: Profile;
  /** The board that is switched on, or was on last. */
  board!: EmulatedBoard;
  restarts = 0;
  /** Links of the host that broke; not those of a second host. */
  breaks = 0;
  /** Requests that hosts have made. */
  requests = 0;
  readonly #swarm: Swarm;

  constructor(seed: number, profile: Profile, swarm: Swarm) {
    this.random = new Random(seed);
    this.profile = profile;
    this.#swarm = swarm;
    this.disk = new VirtualDisk(this.random);
    this.network = new VirtualNetwork(this.random, this.time);
    this.oracle = new Oracle(profile, () => this.disk.isOn);
    this.network.onAnswer = () => this.oracle.acknowledge();
    this.network.faults = swarm.faults;
    this.network.isOpenToAnyone = swarm.openToAnyone;
    this.switchOn();
    this.disk.fullRate = swarm.fullDisk;
  }

  /**
   * Opens a host with a session of its own; `onBreak` as in `VirtualNetwork.dialFor`. Errors: `LinkError`.
   */
  async openHost(onBreak: () => void = () => undefined): Promise<Board> {
    const session = BigInt(1 + this.random.uint32());
    const options = { crc32: fastCrc32, time: this.time, session, redials: 8 };
    const host = await Board.open(this.network.dialFor(onBreak), options);
    const { connection } = host;
    const request = connection.request.bind(connection);
    connection.request = (...asked) => {
      this.requests++;
      return request(...asked);
    };
    return host;
  }

  /**
   * Has the power go off at some byte of the writes to come, or after some milliseconds; it comes back by
   * itself.
   */
  threatenPower(): void {
    if (this.random.uniform() >= this.#swarm.powerCuts) return;
    // Some cuts come among single records, others while a whole file is written.
    this.disk.cutAfter(1 + this.random.below(this.random.below(2) === 0 ? 4000 : 60_000));
    this.time.after(this.random.below(2000), () => this.disk.cut());
  }

  /** Lets time pass until `work` is settled. Errors: that of `work`; `StuckError`. */
  run<T>(work: Promise<T>, limit: number): Promise<T> {
    return this.time.run(work, limit, () => this.#watchPower());
  }

  /** Resolves when the power is on and nothing is under way on the board. */
  async settled(): Promise<void> {
    do await wait(OFF_MILLISECONDS, undefined, this.time);
    while (!this.network.board);
  }

  /** Notices that the power went off, and switches the board on again. */
  #watchPower(): void {
    if (this.disk.isOn || !this.network.board) return;
    this.network.board = undefined;
    this.network.breakLinks();
    this.time.after(OFF_MILLISECONDS, () => this.switchOn());
  }

  switchOn(): void {
    this.disk.restore();
    if (this.restarts > 0 && this.random.uniform() < this.#swarm.bitFlips) this.#expectDamageToBeFound();
    this.disk.fullRate = 0;
    this.board = this.#makeBoard();
    if (this.restarts++ > 0) this.oracle.checkRestart(this.board);
    this.#expectLock();
    this.disk.fullRate = this.#swarm.fullDisk;
    this.network.board = this.board.firmware;
  }

  /** Errors: `StateError`. */
  #makeBoard(): EmulatedBoard {
    return new EmulatedBoard({
      profile: this.profile,
      seed: 1,
      backend: plainBackend(),
      crc32: fastCrc32,
      time: this.time,
      keep: (parts) => {
        const place = { path: STATE_FILE, disk: this.disk.mount(), crc32: fastCrc32 };
        return this.oracle.watch(new BoardState(place, parts), parts);
      },
    });
  }

  /** A second emulator on the same file must be refused. */
  #expectLock(): void {
    try {
      this.disk.mount().lock(STATE_FILE)();
    } catch {
      return;
    }
    throw new BrokenPromise('The state file of a running board was locked a second time.');
  }

  /** Damage before the last record must be told, with the file left as it is. */
  #expectDamageToBeFound(): void {
    const { damaged, repair } = this.disk.flip(STATE_FILE);
    let told = false;
    try {
      this.#makeBoard();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      told = true;
    }
    if (!told) throw new BrokenPromise('A damaged state file was taken for a sound one.');
    if (!this.disk.holds(STATE_FILE, damaged)) throw new BrokenPromise('A damaged state file was changed.');
    repair();
  }
}

/** A board without noise: every answer is known beforehand. */
export const exactProfile = (
  extents: Pick<Profile, 'cores' | 'rows' | 'columns' | 'devicesPerPolarity'>,
): Profile => ({
  ...loadProfile('ideal'),
  ...extents,
});
