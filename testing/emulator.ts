import { FaultInjector, type FaultKind, type FaultOptions, memoryDial } from '../drivers/index.js';
import type { ClockMode, EmulatedBoard, Profile } from '../emulator/index.js';
import {
  createEmulatedBoard,
  type Endpoint,
  listenTcp,
  loadProfile,
  type NodeBoardOptions,
} from '../emulator/node/index.js';
import { type FaultyDevice, breakDevices } from './faulty-devices.js';
import { startRelay } from './relay.js';

/** What is broken on purpose. */
export interface Faults {
  /** Devices that do not work. */
  devices?: readonly FaultyDevice[];
  /** Faults of the link between host and board, each drawn from the seed. */
  link?: Omit<FaultOptions, 'seed'>;
}

/** The board to emulate. */
export interface EmulatorOptions {
  /**
   * `hermes` (default), `hermes-one-device`, `hermes-thermal`, `pcm-like`, `ideal`, the path of a JSON file,
   * or a profile object.
   */
  profile?: string | Profile;
  /** Individual chip: the same seed gives the same answers. Default 1. */
  seed?: number;
  /** Default: nothing is broken. */
  faults?: Faults;
  /**
   * `manual` (default): time stands still until `advance`. A number: how many board seconds pass per second.
   */
  clock?: ClockMode;
  /** Secret that hosts must know. Default: none. */
  token?: string;
  /** Adds commands of your own to the board, or replaces what a command does; see docs/extending.md. */
  extend?: NodeBoardOptions['extend'];
}

/** Counters of the chip, over its whole life. */
export type Counters = ReturnType<EmulatedBoard['chip']['counters']>;

/** An emulated board that answers at `url`, for tests. Start one per test: they share nothing. */
export class Emulator {
  readonly #board: EmulatedBoard;
  readonly #endpoint: Endpoint;
  readonly #injector: FaultInjector | undefined;

  private constructor(board: EmulatedBoard, endpoint: Endpoint, injector: FaultInjector | undefined) {
    this.#board = board;
    this.#endpoint = endpoint;
    this.#injector = injector;
  }

  /**
   * Starts a board on a free port. Errors: `ProfileError`; `RangeError` for a faulty device that the chip
   * does not have.
   */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const { profile = 'hermes', seed = 1, faults = {}, clock, token, extend } = options;
    const board = createEmulatedBoard({
      profile: typeof profile === 'string' ? loadProfile(profile) : profile,
      seed,
      clock,
      token,
      extend,
    });
    breakDevices(board, faults.devices ?? []);
    const { firmware } = board;
    if (!faults.link) return new Emulator(board, await listenTcp(firmware, '127.0.0.1', 0), undefined);
    const injector = new FaultInjector({ seed, ...faults.link });
    const dial = memoryDial('emulator', (send) => firmware.attach(send, 'a test'));
    return new Emulator(board, await startRelay(injector.wrap(dial)), injector);
  }

  /** The board's address, for `openBoard`, `--board` or `PCM_BOARD`. */
  get url(): string {
    return this.#endpoint.url;
  }

  /**
   * Moves the board's clock forward, so that its devices drift. Returns its reading afterwards, in seconds.
   */
  advance(seconds: number): Promise<number> {
    return promised(() => {
      this.#board.clock.advance(seconds);
      return this.#board.clock.now();
    });
  }

  /**
   * Sets the temperature of the chip, in degrees Celsius. Errors: `Refusal` if the profile has no
   * temperature, or not this one.
   */
  setTemperature(celsius: number): Promise<void> {
    return promised(() => this.#board.setTemperature(celsius));
  }

  /** Takes the whole state of the board, including its clock. No long command may be under way. */
  snapshot(): Promise<Uint8Array> {
    return promised(() => this.#board.snapshot());
  }

  /** Restores a snapshot of an emulator with the same profile and seed. Errors: `SnapshotError`. */
  restore(snapshot: Uint8Array): Promise<void> {
    return promised(() => this.#board.restore(snapshot));
  }

  /** Reads the counters of the chip. */
  counters(): Promise<Counters> {
    return promised(() => this.#board.chip.counters());
  }

  /** How often each fault of the link has happened; empty if none were asked for. */
  linkFaults(): Readonly<Partial<Record<FaultKind, number>>> {
    return this.#injector?.counts ?? {};
  }

  /** Closes the endpoint and switches the board off. */
  async close(): Promise<void> {
    await this.#endpoint.close();
    this.#board.close();
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Starts an emulated board on a free port of this computer. Errors: as `Emulator.start`. */
export const startEmulator = (options?: EmulatorOptions): Promise<Emulator> => Emulator.start(options);

/** Turns a thrown error into a rejection, as it would be over a link. */
const promised = async <T>(work: () => T): Promise<T> => work();
