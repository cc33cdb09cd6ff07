import { FaultInjector, type FaultKind, type FaultOptions, memoryDial } from '../drivers/index.js';
import type { ClockMode, EmulatedBoard, Profile } from '../emulator/index.js';
import { createEmulatedBoard } from '../emulator/node/index.js';
import { type Endpoint, listenTcp, loadProfile } from '../emulator/node/index.js';
import { type FaultyDevice, breakDevices } from './faulty-devices.js';
import { startRelay } from './relay.js';

/** What is broken, on purpose. */
export interface Faults {
  devices?: readonly FaultyDevice[];
  /** Faults of the link between host and board, each drawn from the seed. */
  link?: Omit<FaultOptions, 'seed'>;
}

export interface EmulatorOptions {
  /** `hermes` (default), `hermes-one-device`, `hermes-thermal`, `pcm-like`, `ideal`, a JSON file, or a profile of your own. */
  profile?: string | Profile;
  /** The individual that the chip is; the same seed gives the same answers. Default 1. */
  seed?: number;
  faults?: Faults;
  /** `manual` (default): time stands still until `advance`; or how many board seconds a second lasts. */
  clock?: ClockMode;
  /** Secret that hosts must know; none where empty. */
  token?: string;
}

/** Counters of the board since it was started. */
export type Counters = ReturnType<EmulatedBoard['chip']['counters']>;

/** An emulated board that answers at `url`, for tests: start one a test, they share nothing. */
export class Emulator {
  readonly #board: EmulatedBoard;
  readonly #endpoint: Endpoint;
  readonly #injector: FaultInjector | undefined;

  private constructor(board: EmulatedBoard, endpoint: Endpoint, injector: FaultInjector | undefined) {
    this.#board = board;
    this.#endpoint = endpoint;
    this.#injector = injector;
  }

  /** Errors: `ProfileError`, `RangeError` for a faulty device that the chip does not have. */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const { profile = 'hermes', seed = 1, faults = {}, clock, token } = options;
    const board = createEmulatedBoard({
      profile: typeof profile === 'string' ? loadProfile(profile) : profile,
      seed,
      clock,
      token,
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

  /** Moves the board's clock forward, so that its devices drift. Returns the clock afterwards, in seconds. */
  advance(seconds: number): Promise<number> {
    return promised(() => {
      this.#board.clock.advance(seconds);
      return this.#board.clock.now();
    });
  }

  /** Makes the chip warmer or colder, in degrees Celsius. Errors: `Refusal` where the profile has no temperature, or not this one. */
  setTemperature(celsius: number): Promise<void> {
    return promised(() => this.#board.setTemperature(celsius));
  }

  /** All that the board is at this moment, clock included; no long command should be under way. */
  snapshot(): Promise<Uint8Array> {
    return promised(() => this.#board.snapshot());
  }

  /** Goes back to a snapshot of an emulator with the same profile and seed. Errors: `SnapshotError`. */
  restore(snapshot: Uint8Array): Promise<void> {
    return promised(() => this.#board.restore(snapshot));
  }

  /** What was done with the chip since it was made. */
  counters(): Promise<Counters> {
    return promised(() => this.#board.chip.counters());
  }

  /** How often each fault of the link has happened; none where no faults were asked for. */
  linkFaults(): Readonly<Partial<Record<FaultKind, number>>> {
    return this.#injector?.counts ?? {};
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
    this.#board.chip.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Starts an emulated board on a free port of this computer. */
export const startEmulator = (options?: EmulatorOptions): Promise<Emulator> => Emulator.start(options);

/** A failure rejects, as it would over a link. */
const promised = async <T>(work: () => T): Promise<T> => work();
