import { type Board, LinkError } from '../../drivers/index.js';
import { PulseKind, Refusal, RefusalCode } from '../../protocol/index.js';
import { ExpectedChip } from './cells.js';
import { BrokenPromise } from './oracle.js';
import type { Workload } from './workload.js';
import { type World, exactProfile } from './world.js';

const extents = { cores: 2, rows: 16, columns: 16, devicesPerPolarity: 1 };
const USER_START = 4096;
const USER_BYTES = 256;

/** Single requests of every kind, several at a time, each checked against a plain model. */
export class RawWorkload implements Workload {
  static readonly profile = exactProfile(extents);
  requests = 0;
  readonly #world: World;
  readonly #expected: ExpectedChip;

  constructor(world: World) {
    this.#world = world;
    this.#expected = new ExpectedChip(world.board, USER_START, USER_BYTES);
  }

  /**
   * A few requests at once, each on cells of its own so that their order does not matter. Returns whether the connection is
   * still good.
   */
  async act(host: Board): Promise<boolean> {
    const { random } = this.#world;
    const count = 1 + random.below(6);
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, slot) => this.#request(host, slot)),
    );
    const errors = outcomes
      .filter(({ status }) => status === 'rejected')
      .map((one) => (one as PromiseRejectedResult).reason as unknown);
    for (const error of errors) this.#rethrow(error);
    return !errors.some((error) => error instanceof LinkError);
  }

  forgetHost(): void {
    // It knows nothing.
  }

  /** Nothing is under way: the chip must be as the model says. */
  check(): void {
    this.#expected.check(this.#world.board);
  }

  #rethrow(error: unknown): void {
    if (error instanceof LinkError || error instanceof Refusal) return;
    throw error;
  }

  /** Slot n uses rows 2n and 2n + 1, columns 2n and 2n + 1, and bytes 40 n to 40 n + 39. */
  #request(host: Board, slot: number): Promise<void> {
    this.requests++;
    const { random } = this.#world;
    const core = random.below(extents.cores);
    switch (random.below(8)) {
      case 0:
        return this.#program(host, core, slot);
      case 1:
        return this.#programCells(host, core, slot);
      case 2:
      case 3:
        return this.#pulse(host, core, slot);
      case 4:
        return this.#columns(host, core, slot);
      case 5:
        return this.#userData(host, slot);
      case 6:
        return host
          .multiply(0, 2, whole, new Int8Array(2 * extents.rows).fill(random.below(100)))
          .then(() => undefined);
      default:
        return host.read(core, whole).then(() => undefined);
    }
  }

  #program(host: Board, core: number, slot: number): Promise<void> {
    const window = { rowStart: 2 * slot, rows: 2, columnStart: 0, columns: extents.columns };
    const cells = Array.from({ length: 2 * extents.columns }, (_, i) => 2 * slot * extents.columns + i);
    const targets = this.#targets(cells.length);
    const signal = this.#perhapsCancelled();
    return this.#outcome(host.program(core, window, targets, { signal }), (certain) =>
      this.#expected.programmed(core, cells, targets, certain),
    );
  }

  #programCells(host: Board, core: number, slot: number): Promise<void> {
    const { random } = this.#world;
    const count = 1 + random.below(20);
    const cells = random.sample(2 * extents.columns, count).map((i) => 2 * slot * extents.columns + i);
    const targets = this.#targets(count);
    const rows = Uint16Array.from(cells, (cell) => Math.floor(cell / extents.columns));
    const columns = Uint16Array.from(cells, (cell) => cell % extents.columns);
    return this.#outcome(host.programCells(core, { rows, columns, targets }), (certain) =>
      this.#expected.programmed(core, cells, targets, certain),
    );
  }

  #pulse(host: Board, core: number, slot: number): Promise<void> {
    const { random } = this.#world;
    const count = 1 + random.below(4);
    const cells = random.sample(2 * extents.columns, count).map((i) => 2 * slot * extents.columns + i);
    const polarities = Uint8Array.from(cells, () => random.below(2));
    const pulses = {
      rows: Uint16Array.from(cells, (cell) => Math.floor(cell / extents.columns)),
      columns: Uint16Array.from(cells, (cell) => cell % extents.columns),
      polarities,
      devices: new Uint8Array(count),
      kinds: new Uint8Array(count).fill(PulseKind.set),
    };
    const devices = cells.map((cell, i) => polarities[i] * extents.rows * extents.columns + cell);
    return this.#outcome(host.pulse(core, pulses), (certain) =>
      this.#expected.pulsed(core, devices, certain),
    );
  }

  #columns(host: Board, core: number, slot: number): Promise<void> {
    const scales = Int16Array.from({ length: 2 }, () => this.#world.random.below(10_000));
    const affine = { scales, offsets: new Int16Array(2) };
    return this.#outcome(host.writeColumns(core, 2 * slot, affine), (certain) =>
      this.#expected.scaled(core, 2 * slot, scales, certain),
    );
  }

  #userData(host: Board, slot: number): Promise<void> {
    const { random } = this.#world;
    const data = Uint8Array.from({ length: 1 + random.below(40) }, () => random.below(256));
    const offset = USER_START + 40 * slot;
    return this.#outcome(host.writeUserData(offset, data), (certain) =>
      this.#expected.written(offset, data, certain),
    );
  }

  /** Tells the model of a request: executed for certain, not at all, or perhaps. */
  async #outcome(request: Promise<unknown>, tell: (certain: boolean) => void): Promise<void> {
    try {
      await request;
    } catch (error) {
      const untouched =
        error instanceof Refusal &&
        ![RefusalCode.internal, RefusalCode.cancelled].some((code) => code === error.code);
      if (untouched) throw new BrokenPromise(`A sound request was refused: ${error.message}`);
      tell(false);
      throw error;
    }
    tell(true);
  }

  #targets(cells: number): Uint16Array {
    return Uint16Array.from({ length: 2 * cells }, () => this.#world.random.below(20_000));
  }

  #perhapsCancelled(): AbortSignal | undefined {
    const { random, time } = this.#world;
    if (random.below(5) > 0) return undefined;
    const controller = new AbortController();
    time.after(random.below(20), () => controller.abort());
    return controller.signal;
  }
}

const whole = { rowStart: 0, rows: extents.rows, columnStart: 0, columns: extents.columns };
