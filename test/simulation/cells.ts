import type { EmulatedBoard } from '../../emulator/index.js';
import { BrokenPromise } from './oracle.js';

/** Values that something may have: one that is known, or those before and after a request without an answer. */
type Possible = readonly number[];

/** The plain model of a chip: what each polarity, column and byte may hold, and how many pulses each device may have taken. */
export class ExpectedChip {
  readonly #cells: number;
  readonly #conductances: Possible[][];
  readonly #scales: Possible[][];
  readonly #pulses: { minimum: number; maximum: number }[][];
  readonly #bytes: Possible[];

  constructor(
    board: EmulatedBoard,
    readonly userStart: number,
    userBytes: number,
  ) {
    const { cores, rows, columns, digital } = board.profile;
    this.#cells = rows * columns;
    const perCore = <T>(length: number, value: () => T): T[][] =>
      Array.from({ length: cores }, () => Array.from({ length }, value));
    this.#conductances = perCore(2 * this.#cells, () => [0]);
    this.#pulses = perCore(2 * this.#cells, () => ({ minimum: 0, maximum: 0 }));
    this.#scales = perCore(columns, () => [1 << digital.fractionBits]);
    this.#bytes = Array.from({ length: userBytes }, () => [0]);
  }

  /** Cells [row * columns + column] were programmed to targets [2, cells], for certain or perhaps. */
  programmed(core: number, cells: readonly number[], targets: Uint16Array, certain: boolean): void {
    for (const [i, cell] of cells.entries())
      for (const polarity of [0, 1]) {
        const place = polarity * this.#cells + cell;
        const target = targets[polarity * cells.length + i];
        this.#set(this.#conductances[core], place, target, certain);
        // Statistical programming counts as a pulse.
        const pulses = this.#pulses[core][place];
        pulses.maximum++;
        if (certain) pulses.minimum++;
      }
  }

  /** Devices [polarity * cells + cell] took a pulse each; their conductance is known no longer. */
  pulsed(core: number, devices: readonly number[], certain: boolean): void {
    for (const device of devices) {
      this.#pulses[core][device].maximum++;
      if (certain) this.#pulses[core][device].minimum++;
      this.#conductances[core][device] = [];
    }
  }

  scaled(core: number, column: number, scales: Int16Array, certain: boolean): void {
    for (const [i, scale] of scales.entries()) this.#set(this.#scales[core], column + i, scale, certain);
  }

  written(offset: number, data: Uint8Array, certain: boolean): void {
    for (const [i, byte] of data.entries())
      this.#set(this.#bytes, offset - this.userStart + i, byte, certain);
  }

  /** Holds a board against the model. Errors: `BrokenPromise`. */
  check({ chip, userArea }: EmulatedBoard): void {
    for (const [core, expected] of this.#conductances.entries()) {
      const state = chip.state(core);
      for (const [place, possible] of expected.entries()) {
        this.#compare(`conductance ${place} of core ${core}`, possible, state.conductance[place]);
        const { minimum, maximum } = this.#pulses[core][place];
        const pulses = state.pulses[place];
        if (pulses < minimum || pulses > maximum)
          throw new BrokenPromise(
            `Device ${place} of core ${core} took ${pulses} pulses, not from ${minimum} to ${maximum}.`,
          );
      }
      for (const [column, possible] of this.#scales[core].entries())
        this.#compare(`scale ${column} of core ${core}`, possible, state.scale[column]);
    }
    for (const [i, possible] of this.#bytes.entries())
      this.#compare(`byte ${i} of the user area`, possible, userArea.bytes[this.userStart + i]);
    this.#settle(chip);
  }

  /** What was in doubt is known now. */
  #settle(chip: EmulatedBoard['chip']): void {
    for (const [core, pulses] of this.#pulses.entries())
      for (const [place, range] of pulses.entries())
        range.minimum = range.maximum = chip.state(core).pulses[place];
  }

  /** An empty list stands for any value. */
  #compare(what: string, possible: Possible, found: number): void {
    if (possible.length > 0 && !possible.includes(found))
      throw new BrokenPromise(`${what} is ${found}, it must be ${possible.join(' or ')}.`);
  }

  #set(places: Possible[], place: number, value: number, certain: boolean): void {
    const before = places[place];
    // A device of any conductance may still have it.
    if (certain) places[place] = [value];
    else if (before.length > 0) places[place] = [...before, value];
  }
}
