import { type Board, LinkError } from '../../../drivers/index.js';
import { PulseKind, Refusal, RefusalCode } from '../../../protocol/index.js';
import { BrokenPromise } from '../world/oracle.js';
import { type World, exactProfile } from '../world/world.js';
import { ExpectedBoard, type ExpectedState } from './expected-board.js';
import type { Contended } from './contended-workload.js';

const extents = { cores: 2, rows: 16, columns: 16, devicesPerPolarity: 1 };
const USER_START = 4096;
/** Bytes of the user area that each slot has for itself. */
const SLOT_BYTES = 24;
const SLOTS = extents.cores * extents.rows;
/** The others are for a second host. */
const OWN_SLOTS = SLOTS - 2;

/** Of so many actions, one concerns the whole board. */
const WHOLES = 12;
const MAX_SNAPSHOTS = 3;

/**
 * A part of the board that only one request at a time changes: one row and one column of a core, and some
 * bytes.
 */
interface Slot {
  readonly core: number;
  readonly row: number;
  /** First byte of the user area. */
  readonly offset: number;
}

const slots: readonly Slot[] = Array.from({ length: SLOTS }, (_, slot) => ({
  core: slot % extents.cores,
  row: Math.floor(slot / extents.cores),
  offset: USER_START + SLOT_BYTES * slot,
}));

/** Single requests of every kind, several at a time, each checked against a plain model. */
export class RawWorkload implements Contended {
  static readonly profile = {
    ...exactProfile(extents),
    // Without energy for conduction, devices read the same at any temperature.
    temperature: { reference: 25, conductionEnergy: 0, relaxationEnergy: 1.1, minimum: -40, maximum: 125 },
  };
  readonly #world: World;
  readonly #expected: ExpectedBoard;
  /** Snapshots that hosts have taken, and what they hold. */
  readonly #snapshots: { bytes: Uint8Array; state: ExpectedState }[] = [];
  /** Requests that are made at once; more than the window holds in some runs. */
  readonly #atOnce: number;

  constructor(world: World) {
    this.#world = world;
    this.#atOnce = [4, 12, SLOTS][world.random.below(3)];
    this.#expected = new ExpectedBoard(world.board, USER_START, SLOTS * SLOT_BYTES);
  }

  /** Returns whether the connection is still good. */
  async act(host: Board): Promise<boolean> {
    if (this.#world.random.below(WHOLES) > 0) return this.actBeside(host);
    return isSound(await settledError(this.#whole(host)));
  }

  /** Requests at once, each on a slot of its own so that their order does not matter. Returns as `act`. */
  actBeside(host: Board): Promise<boolean> {
    const { random } = this.#world;
    const first = random.below(OWN_SLOTS);
    const count = Math.min(1 + random.below(this.#atOnce), OWN_SLOTS);
    return this.#actOn(
      host,
      Array.from({ length: count }, (_, i) => slots[(first + i) % OWN_SLOTS]),
    );
  }

  /** The same on slots that `actBeside` never touches, for a second host. */
  actAside(host: Board): Promise<boolean> {
    return this.#actOn(host, slots.slice(OWN_SLOTS));
  }

  async #actOn(host: Board, chosen: readonly Slot[]): Promise<boolean> {
    const requests = chosen.map((slot) => settledError(this.#request(host, slot)));
    return (await Promise.all(requests)).map(isSound).every((sound) => sound);
  }

  forgetHost(): void {
    // It knows nothing.
  }

  /** Nothing is under way: the board must be as the model says. */
  check(): void {
    this.#expected.check(this.#world.board);
  }

  #request(host: Board, slot: Slot): Promise<void> {
    switch (this.#world.random.below(10)) {
      case 0:
        return this.#program(host, slot);
      case 1:
        return this.#programCells(host, slot);
      case 2:
      case 3:
        return this.#pulse(host, slot);
      case 4:
        return this.#columns(host, slot);
      case 5:
        return this.#write(host, slot);
      case 6:
        return this.#multiply(host, slot);
      case 7:
        return this.#readBytes(host, slot);
      default:
        return this.#read(host, slot);
    }
  }

  /** One request that concerns the whole board: a snapshot, its way back, the clock or the temperature. */
  #whole(host: Board): Promise<void> {
    switch (this.#world.random.below(5)) {
      case 0:
        return this.#snapshot(host);
      case 1:
        return this.#restore(host);
      case 2:
        return this.#advance(host);
      case 3:
        return this.#warm(host);
      default:
        return host.temperature().then((celsius) => this.#expected.readTemperature(celsius));
    }
  }

  async #snapshot(host: Board): Promise<void> {
    const state = this.#expected.copy();
    this.#snapshots.push({ bytes: await host.snapshot(), state });
    if (this.#snapshots.length > MAX_SNAPSHOTS) this.#snapshots.shift();
  }

  async #restore(host: Board): Promise<void> {
    const { random } = this.#world;
    if (this.#snapshots.length === 0) return;
    const { bytes, state } = this.#snapshots[random.below(this.#snapshots.length)];
    await this.#outcome(host.restore(bytes), (certain) => this.#expected.restored(state, certain));
  }

  async #advance(host: Board): Promise<void> {
    const seconds = 1 + this.#world.random.below(1000);
    let reading: number | undefined;
    const asked = host.advanceClock(seconds).then((clock) => void (reading = clock));
    await this.#outcome(asked, () => this.#expected.advanced(seconds, reading));
  }

  #warm(host: Board): Promise<void> {
    const celsius = this.#world.random.below(100) - 20;
    return this.#outcome(host.setTemperature(celsius), (certain) => this.#expected.warmed(celsius, certain));
  }

  #program(host: Board, { core, row }: Slot): Promise<void> {
    const cells = Array.from({ length: extents.columns }, (_, column) => row * extents.columns + column);
    const targets = this.#targets(cells.length);
    const signal = this.#perhapsCancelled();
    return this.#outcome(host.program(core, rowWindow(row), targets, { signal }), (certain) =>
      this.#expected.programmed(core, cells, targets, certain),
    );
  }

  #programCells(host: Board, { core, row }: Slot): Promise<void> {
    const cells = this.#cells(row, 8);
    const targets = this.#targets(cells.length);
    return this.#outcome(host.programCells(core, { ...placesOf(cells), targets }), (certain) =>
      this.#expected.programmed(core, cells, targets, certain),
    );
  }

  #pulse(host: Board, { core, row }: Slot): Promise<void> {
    const cells = this.#cells(row, 4);
    const count = cells.length;
    const polarities = Uint8Array.from(cells, () => this.#world.random.below(2));
    const pulses = {
      ...placesOf(cells),
      polarities,
      devices: new Uint8Array(count),
      kinds: new Uint8Array(count).fill(PulseKind.set),
    };
    const devices = cells.map((cell, i) => polarities[i] * extents.rows * extents.columns + cell);
    return this.#outcome(host.pulse(core, pulses), (certain) =>
      this.#expected.pulsed(core, devices, certain),
    );
  }

  /** The column that has the row's number. */
  #columns(host: Board, { core, row }: Slot): Promise<void> {
    const scales = Int16Array.of(this.#world.random.below(10_000));
    return this.#outcome(host.writeColumns(core, row, { scales, offsets: new Int16Array(1) }), (certain) =>
      this.#expected.scaled(core, row, scales, certain),
    );
  }

  #write(host: Board, { offset }: Slot): Promise<void> {
    const { random } = this.#world;
    const data = Uint8Array.from({ length: 1 + random.below(SLOT_BYTES) }, () => random.below(256));
    return this.#outcome(host.writeUserData(offset, data), (certain) =>
      this.#expected.written(offset, data, certain),
    );
  }

  async #multiply(host: Board, { row }: Slot): Promise<void> {
    const inputs = new Int8Array(extents.cores).fill(this.#world.random.below(100));
    await host.multiply(0, extents.cores, rowWindow(row), inputs);
  }

  async #read(host: Board, { core, row }: Slot): Promise<void> {
    const conductances = await host.read(core, rowWindow(row));
    this.#expected.readCells(core, row * extents.columns, conductances);
  }

  async #readBytes(host: Board, { offset }: Slot): Promise<void> {
    this.#expected.readBytes(offset, await host.readUserData(offset, SLOT_BYTES));
  }

  /** Tells the model of a request: executed for certain, not at all, or perhaps. */
  async #outcome(request: Promise<unknown>, tell: (certain: boolean) => void): Promise<void> {
    try {
      await request;
    } catch (error) {
      const code = error instanceof Refusal ? error.code : undefined;
      // What the disk has no room for was undone.
      if (code === RefusalCode.internal) throw error;
      if (code !== undefined && !perhapsExecuted.has(code))
        throw new BrokenPromise(`A sound request was refused: ${(error as Error).message}`);
      tell(false);
      throw error;
    }
    tell(true);
  }

  /** From 1 to `max` different cells of a row. */
  #cells(row: number, max: number): number[] {
    const { random } = this.#world;
    const count = 1 + random.below(max);
    const first = random.below(extents.columns);
    // An odd step goes round a power of two without meeting a column twice.
    const step = 1 + 2 * random.below(extents.columns / 2);
    return Array.from(
      { length: count },
      (_, i) => row * extents.columns + ((first + i * step) % extents.columns),
    );
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

/** Refusals that come in the middle of a request, or while the host is dialling again. */
const perhapsExecuted = new Set<RefusalCode>([RefusalCode.cancelled, RefusalCode.busy]);

/** The error of a request; undefined if it succeeded. */
const settledError = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => undefined,
    (error: unknown) => error,
  );

/**
 * Whether the connection is still good after that error, or none: it is not once another host has the board.
 * Errors: one that no host may see.
 */
function isSound(error: unknown): boolean {
  if (error === undefined) return true;
  if (error instanceof Refusal) return error.code !== RefusalCode.busy;
  if (error instanceof LinkError) return false;
  throw error;
}

const rowWindow = (row: number) => ({ rowStart: row, rows: 1, columnStart: 0, columns: extents.columns });

const placesOf = (cells: readonly number[]) => ({
  rows: Uint16Array.from(cells, (cell) => Math.floor(cell / extents.columns)),
  columns: Uint16Array.from(cells, (cell) => cell % extents.columns),
});
