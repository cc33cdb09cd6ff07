import type { EmulatedBoard } from '../../../emulator/index.js';
import { BrokenPromise } from '../world/oracle.js';
import { PossibleValues } from './possible-values.js';

/** What one core may hold, and how many pulses each of its devices may have taken. */
interface ExpectedCore {
  readonly conductances: PossibleValues;
  readonly scales: PossibleValues;
  readonly minPulses: Uint32Array;
  readonly maxPulses: Uint32Array;
}

/** All that a board holds, when nothing is in doubt. */
export interface ExpectedState {
  readonly cores: readonly { conductances: Int32Array; scales: Int32Array; pulses: Uint32Array }[];
  readonly bytes: Int32Array;
  readonly clock: Int32Array;
  readonly temperature: Int32Array;
}

/** The plain model of a board: what each polarity, column and byte may hold, and the clock. */
export class ExpectedBoard {
  readonly #pairs: number;
  readonly #cores: readonly ExpectedCore[];
  readonly #bytes: PossibleValues;
  /** Whole seconds, and whole degrees Celsius. */
  readonly #clock = new PossibleValues('The clock', 1, 0);
  readonly #temperature: PossibleValues;
  /** What the board holds instead, all of it, if a restore without an answer was executed. */
  #alternative: ExpectedState | undefined;

  constructor(
    board: EmulatedBoard,
    readonly userStart: number,
    userBytes: number,
  ) {
    const { cores, rows, columns, digital, temperature } = board.profile;
    this.#temperature = new PossibleValues('The temperature', 1, temperature?.reference ?? 25);
    this.#pairs = rows * columns;
    const devices = 2 * this.#pairs;
    this.#cores = Array.from({ length: cores }, (_, core) => ({
      conductances: new PossibleValues(`Conductance in core ${core} of device`, devices, 0),
      scales: new PossibleValues(`Scale in core ${core} of column`, columns, 1 << digital.fractionBits),
      minPulses: new Uint32Array(devices),
      maxPulses: new Uint32Array(devices),
    }));
    this.#bytes = new PossibleValues('User area: byte', userBytes, 0);
  }

  /** Cells [row * columns + column] were programmed to targets [2, cells], for certain or perhaps. */
  programmed(core: number, cells: readonly number[], targets: Uint16Array, certain: boolean): void {
    for (let polarity = 0; polarity < 2; polarity++)
      for (let i = 0; i < cells.length; i++) {
        const device = polarity * this.#pairs + cells[i];
        this.#cores[core].conductances.set(device, targets[polarity * cells.length + i], certain);
        // Statistical programming counts as a pulse.
        this.#pulse(core, device, certain);
      }
  }

  /** Devices [polarity * cells + cell] took a pulse each; their conductance is known no longer. */
  pulsed(core: number, devices: readonly number[], certain: boolean): void {
    for (const device of devices) {
      this.#pulse(core, device, certain);
      this.#cores[core].conductances.forget(device);
    }
  }

  scaled(core: number, column: number, scales: Int16Array, certain: boolean): void {
    for (let i = 0; i < scales.length; i++) this.#cores[core].scales.set(column + i, scales[i], certain);
  }

  written(offset: number, data: Uint8Array, certain: boolean): void {
    for (let i = 0; i < data.length; i++) this.#bytes.set(offset - this.userStart + i, data[i], certain);
  }

  /** Checks bytes that a host has read. Errors: `BrokenPromise`. */
  readBytes(offset: number, data: Uint8Array): void {
    for (let i = 0; i < data.length; i++) this.#bytes.checkPlace(offset - this.userStart + i, data[i]);
  }

  /**
   * Checks conductances [2, cells] of cells that follow each other, as a host has read them. Errors:
   * `BrokenPromise`.
   */
  readCells(core: number, cell: number, conductances: Uint16Array): void {
    const cells = conductances.length / 2;
    for (let i = 0; i < conductances.length; i++) {
      const device = Math.floor(i / cells) * this.#pairs + cell + (i % cells);
      this.#cores[core].conductances.checkPlace(device, conductances[i]);
    }
  }

  /** The clock was moved by whole seconds; `reading` is what the board answered, undefined if it did not. */
  advanced(seconds: number, reading: number | undefined): void {
    const [before] = this.#clock.copy();
    this.#clock.set(0, before + seconds, reading !== undefined);
    if (reading !== undefined) this.#clock.checkPlace(0, reading);
  }

  warmed(celsius: number, certain: boolean): void {
    this.#temperature.set(0, celsius, certain);
  }

  /** Checks a temperature that a host has read. Errors: `BrokenPromise`. */
  readTemperature(celsius: number): void {
    this.#temperature.checkPlace(0, celsius);
  }

  /** What the board holds; only right after `check`. */
  copy(): ExpectedState {
    return {
      cores: this.#cores.map(({ conductances, scales, minPulses }) => ({
        conductances: conductances.copy(),
        scales: scales.copy(),
        pulses: minPulses.slice(),
      })),
      bytes: this.#bytes.copy(),
      clock: this.#clock.copy(),
      temperature: this.#temperature.copy(),
    };
  }

  /** The board was brought to a state as a whole, for certain or perhaps. */
  restored(state: ExpectedState, certain: boolean): void {
    if (certain) this.#load(state);
    else this.#alternative = state;
  }

  /**
   * Nothing is under way: holds a board against the model. What was in doubt is known then. Errors:
   * `BrokenPromise`.
   */
  check(board: EmulatedBoard): void {
    const alternative = this.#alternative;
    this.#alternative = undefined;
    try {
      this.#settle(board);
    } catch (error) {
      if (!alternative || !(error instanceof BrokenPromise)) throw error;
      this.#load(alternative);
      this.#settle(board);
    }
  }

  #settle({ chip, clock, userArea }: EmulatedBoard): void {
    for (let core = 0; core < this.#cores.length; core++) {
      const { conductances, scales, minPulses, maxPulses } = this.#cores[core];
      const state = chip.state(core);
      conductances.settle(state.conductance);
      scales.settle(state.scale);
      for (let device = 0; device < minPulses.length; device++) {
        const pulses = state.pulses[device];
        if (pulses < minPulses[device] || pulses > maxPulses[device])
          throw new BrokenPromise(
            `Device ${device} of core ${core} took ${pulses} pulses, not from ${minPulses[device]} to ${maxPulses[device]}.`,
          );
      }
      minPulses.set(state.pulses);
      maxPulses.set(state.pulses);
    }
    this.#bytes.settle(userArea.bytes, this.userStart);
    this.#clock.settle([clock.now()]);
    this.#temperature.settle([chip.temperature]);
  }

  #load(state: ExpectedState): void {
    for (const [core, { conductances, scales, minPulses, maxPulses }] of this.#cores.entries()) {
      const { conductances: values, scales: factors, pulses } = state.cores[core];
      conductances.load(values);
      scales.load(factors);
      minPulses.set(pulses);
      maxPulses.set(pulses);
    }
    this.#bytes.load(state.bytes);
    this.#clock.load(state.clock);
    this.#temperature.load(state.temperature);
  }

  #pulse(core: number, device: number, certain: boolean): void {
    const { minPulses, maxPulses } = this.#cores[core];
    maxPulses[device]++;
    if (certain) minPulses[device]++;
  }
}
