import { concatenate, type DeviceFault, type PulseKind } from '../../protocol/index.js';
import type { Profile } from '../profile/profile.js';
import type { Arithmetic, Backend } from './arithmetic.js';
import { Core } from './core/core.js';
import { type CoreState, setFault } from './core/core-state.js';
import type { EffectiveMatrix } from './crossbar/effective-matrix.js';
import { readConductances } from './crossbar/reading.js';
import type { NoiseOf } from './devices/noise-model.js';
import { Temperature } from './devices/temperature.js';
import { coreOfChange, decodeChange, encodeChange } from './memory/memory-image.js';
import { changeHead } from './memory/image-declaration.js';
import { decodeSnapshot, encodeSnapshot, type Identity } from './memory/snapshot.js';
import { buildModel, type ChipModel } from './model.js';
import type {
  Cells,
  ChipCounters,
  Devices,
  PairTargets,
  ProgramReport,
  Steps,
  VerifyOptions,
  Window,
} from './operations.js';
import { pairsPerStep, programPairs } from './programming/programming.js';
import { Pulser } from './programming/pulse-programming.js';

export interface ChipOptions {
  /** An integer, taken modulo 2^64: the individual that the chip is. */
  seed: number | bigint;
  /** The board's clock in seconds: finite, at least 0, never going back while the chip is in use. */
  now: () => number;
  /** Arithmetic backend: `nodeBackend()`, or `plainBackend()`. Each chip needs one of its own. */
  backend: Backend;
  /**
   * Noise model of the devices; that of the profile if left out, which is the only one that the kernels
   * compute.
   */
  noise?: NoiseOf;
  /** Told of each change of the chip's non-volatile state, as bytes for `apply`. */
  onChange?: (change: Uint8Array) => void;
}

/**
 * The emulated chip. All indices, windows and codes must be within the chip's extents: the firmware refuses
 * others. Each answer is a function of profile, seed and the calls so far with the clock's readings; see
 * docs/emulator.md.
 */
export class Chip {
  readonly profile: Profile;
  readonly model: ChipModel;
  readonly #cores: Core[];
  readonly #temperature: Temperature;
  readonly #arithmetic: Arithmetic;
  readonly #pulsers: Pulser[];
  readonly #now: () => number;
  readonly #onChange: ChipOptions['onChange'];
  readonly #identity: Identity;

  constructor(profile: Profile, { seed, now, backend, noise, onChange }: ChipOptions) {
    const model = buildModel(profile);
    this.profile = profile;
    this.model = model;
    this.#now = now;
    this.#onChange = onChange;
    this.#temperature = new Temperature(model);
    this.#cores = Array.from({ length: profile.cores }, (_, index) => {
      const { allocate } = backend;
      return new Core({ model, seed, index, temperature: this.#temperature, noise, allocate });
    });
    const [{ noise: ofCore, hasProfileNoise }] = this.#cores;
    this.#identity = {
      profile,
      seed: BigInt.asUintN(64, BigInt(seed)),
      noise: hasProfileNoise ? undefined : ofCore.name,
    };
    this.#arithmetic = backend.arithmetic(this.#cores);
    this.#pulsers = this.#cores.map((core) => new Pulser(core));
  }

  /** Programs a window to targets in nS, [2, rows, columns] (all of plus, then minus), in steps. */
  program(core: number, window: Window, targets: Uint16Array, options: VerifyOptions): Steps<ProgramReport> {
    const { rowStart, rows, columnStart, columns } = window;
    const pairs = new Uint32Array(rows * columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        pairs[row * columns + column] = this.#pair(rowStart + row, columnStart + column);
    return this.#program(core, pairs, targets, options);
  }

  /** Programs single unit cells to targets in nS, [2, cells]. */
  programCells(
    core: number,
    cells: Cells,
    targets: Uint16Array,
    options: VerifyOptions,
  ): Steps<ProgramReport> {
    return this.#program(core, this.#pairs(cells), targets, options);
  }

  /** Gives single pulses in the order of the list, without verify. */
  pulse(
    core: number,
    list: Devices & { kinds: ArrayLike<number> },
  ): { setPulses: number; resetPulses: number } {
    const { counters } = this.#cores[core];
    const before = { ...counters };
    const now = this.#aged();
    this.#change(core, this.#pairs(list), () => {
      for (let i = 0; i < list.rows.length; i++)
        this.#pulsers[core].pulse(this.#device(list, i), list.kinds[i] as PulseKind, now);
    });
    return {
      setPulses: counters.setPulses - before.setPulses,
      resetPulses: counters.resetPulses - before.resetPulses,
    };
  }

  /** Reads conductances in nS, [2, rows, columns], with present drift and read noise. */
  read(core: number, window: Window): Uint16Array {
    const { counters } = this.#cores[core];
    const read = readConductances(this.#cores[core], window, this.#now(), counters.reads++);
    counters.conductancesRead += read.length;
    return read;
  }

  /**
   * Multiplies input codes [batch, cores, rows] with the window of each of the cores from `core` on. Returns
   * the codes of their digital units, [batch, cores, columns], in the chip's own memory: they hold until its
   * next multiplication.
   */
  multiply(core: number, cores: number, window: Window, batch: number, inputs: Int8Array): Int16Array {
    const named = this.#cores.slice(core, core + cores);
    const now = this.#now();
    for (const one of named) one.refresh(this.#arithmetic, now);
    const numbers = named.map(({ counters }) => counters.multiplications);
    const codes = this.#arithmetic.multiply({ core, cores, window, batch, inputs, numbers });
    for (const { counters } of named) counters.multiplications += batch;
    return codes;
  }

  /** Scales (fixed point) and offsets (codes) of the digital units of columns. */
  columnAffine(
    core: number,
    columnStart: number,
    columns: number,
  ): { scales: Int16Array; offsets: Int16Array } {
    const { scale, offset } = this.#cores[core].state;
    return {
      scales: scale.slice(columnStart, columnStart + columns),
      offsets: offset.slice(columnStart, columnStart + columns),
    };
  }

  setColumnAffine(core: number, columnStart: number, scales: Int16Array, offsets: Int16Array): void {
    this.#change(core, new Uint32Array(0), () => {
      this.#cores[core].state.scale.set(scales, columnStart);
      this.#cores[core].state.offset.set(offsets, columnStart);
    });
  }

  /** Makes devices faulty, or whole again at the conductance that they had as faulty ones. */
  setFault(core: number, list: Devices, fault: DeviceFault): void {
    this.#change(core, this.#pairs(list), () => {
      for (let i = 0; i < list.rows.length; i++)
        setFault(this.model, this.#cores[core].state, this.#device(list, i), fault);
    });
  }

  /** Degrees Celsius; the reference of a profile without a temperature never changes. */
  get temperature(): number {
    return this.#temperature.celsius;
  }

  /** Sets degrees Celsius. Only for a profile with a temperature, within its limits. */
  setTemperature(celsius: number): void {
    if (celsius === this.#temperature.celsius) return;
    this.#temperature.set(celsius, this.#now());
    for (const core of this.#cores) core.touchAll();
  }

  /** The chip as bytes, the clock's reading among them. */
  snapshot(): Uint8Array {
    return encodeSnapshot(this.#identity, this.#now(), this.#cores, this.#temperature);
  }

  /**
   * Restores a snapshot of this chip. Returns the clock's reading at the snapshot, in seconds, which the
   * caller sets.
   * Errors: `SnapshotError`, with nothing changed, if it is damaged or of another chip.
   */
  restore(snapshot: Uint8Array): number {
    const clock = decodeSnapshot(this.#identity, this.#cores, this.#temperature, snapshot);
    for (const core of this.#cores) core.touchAll();
    return clock;
  }

  /** Repeats a change that `onChange` told, on a chip in the state before it. Errors: `SnapshotError`. */
  apply(change: Uint8Array): void {
    const { core, rest } = coreOfChange(this.#cores, change);
    core.touch(decodeChange(core, rest)());
  }

  /** Counters of all cores since the chip was made. */
  counters(): ChipCounters {
    const sum = (of: (core: Core) => number) =>
      this.#cores.reduce((total, core) => total + BigInt(of(core)), 0n);
    return {
      programmedPairs: sum(({ counters }) => counters.programmedPairs),
      setPulses: sum(({ counters }) => counters.setPulses),
      resetPulses: sum(({ counters }) => counters.resetPulses),
      multiplications: sum(({ counters }) => counters.multiplications),
      reads: sum(({ counters }) => counters.conductancesRead),
    };
  }

  /** State of a core, for endurance statistics and tests; not to be written to. */
  state(core: number): CoreState {
    return this.#cores[core].state;
  }

  /** Effective matrix of the core's last multiplication; not to be written to. */
  matrix(core: number): EffectiveMatrix {
    return this.#cores[core].matrix;
  }

  /** Ends the threads of the arithmetic; the chip must not be used afterwards. */
  close(): void {
    this.#arithmetic.close();
  }

  /** The present time of the clock that devices age on. */
  #aged(): number {
    return this.#temperature.agedAt(this.#now());
  }

  *#program(
    core: number,
    pairs: Uint32Array,
    targets: Uint16Array,
    options: VerifyOptions,
  ): Steps<ProgramReport> {
    const list: PairTargets = {
      pairs,
      plus: targets.subarray(0, pairs.length),
      minus: targets.subarray(pairs.length),
    };
    const programmer = {
      core: this.#cores[core],
      arithmetic: this.#arithmetic,
      pulser: this.#pulsers[core],
    };
    const steps = programPairs(programmer, list, options, this.#aged());
    const most = pairsPerStep[this.profile.programming.mode];
    for (let done = 0; ;) {
      const next = pairs.subarray(done, done + most);
      const step = next.length > 0 ? this.#change(core, next, () => steps.next()) : steps.next();
      if (step.done) return step.value;
      done = step.value.done;
      yield step.value;
    }
  }

  /**
   * Changes pairs, or the digital unit if no pair is named, and reports it. A change that cannot be kept is undone.
   * Errors: those of `onChange`.
   */
  #change<T>(index: number, pairs: Uint32Array, change: () => T): T {
    const core = this.#cores[index];
    if (!this.#onChange) {
      const result = change();
      core.touch(pairs);
      return result;
    }
    const before = encodeChange(core, pairs);
    const result = change();
    core.touch(pairs);
    const after = encodeChange(core, pairs);
    try {
      this.#onChange(concatenate(changeHead.encode({ core: index }), after));
    } catch (error) {
      core.touch(decodeChange(core, before)());
      throw error;
    }
    return result;
  }

  #pairs({ rows, columns }: Cells): Uint32Array {
    return Uint32Array.from(rows, (row, i) => this.#pair(row, columns[i]));
  }

  #pair(row: number, column: number): number {
    return row * this.profile.columns + column;
  }

  #device({ rows, columns, polarities, devices }: Devices, i: number): number {
    const { devicesPerPolarity, pairs } = this.model;
    return (polarities[i] * devicesPerPolarity + devices[i]) * pairs + this.#pair(rows[i], columns[i]);
  }
}
