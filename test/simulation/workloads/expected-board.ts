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

/** The plain model of a board: what each polarity, column and byte may hold. */
export class ExpectedBoard {
  readonly #pairs: number;
  readonly #cores: readonly ExpectedCore[];
  readonly #bytes: PossibleValues;

  constructor(
    board: EmulatedBoard,
    readonly userStart: number,
    userBytes: number,
  ) {
    const { cores, rows, columns, digital } = board.profile;
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

  /** Checks conductances [2, cells] of cells that follow each other, as a host has read them. Errors: `BrokenPromise`. */
  readCells(core: number, cell: number, conductances: Uint16Array): void {
    const cells = conductances.length / 2;
    for (let i = 0; i < conductances.length; i++) {
      const device = Math.floor(i / cells) * this.#pairs + cell + (i % cells);
      this.#cores[core].conductances.checkPlace(device, conductances[i]);
    }
  }

  /** Nothing is under way: holds a board against the model. What was in doubt is known then. Errors: `BrokenPromise`. */
  check({ chip, userArea }: EmulatedBoard): void {
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
  }

  #pulse(core: number, device: number, certain: boolean): void {
    const { minPulses, maxPulses } = this.#cores[core];
    maxPulses[device]++;
    if (certain) minPulses[device]++;
  }
}
