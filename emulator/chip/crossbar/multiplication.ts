import { NORMAL_TABLE_BITS, normalTable } from '../../numerics/normal.js';
import type { CoreParts } from '../core/core-parts.js';
import { Purpose } from '../devices/draws.js';
import type { Window } from '../operations.js';
import { sumColumns } from './column-sums.js';
import { convert } from './converters.js';
import { scaleCode } from './digital-unit.js';

/** Input vectors of one core, and their codes, within the arrays of a request that names several cores. */
export interface VectorBatch {
  readonly count: number;
  readonly inputs: Int8Array;
  /** Index of the first vector's first input code, and the distance to the next vector's. */
  readonly inputStart: number;
  readonly inputStride: number;
  readonly outputs: Int16Array;
  /** The same of the outputs. */
  readonly outputStart: number;
  readonly outputStride: number;
}

/**
 * Turns input vectors into codes by windows of one core: column sums, read noise, converter, digital unit.
 */
export class Multiplier {
  readonly #core: CoreParts;
  readonly #sums: Int32Array;
  readonly #variances: Int32Array;

  constructor(core: CoreParts) {
    const { columns } = core.model.profile;
    this.#core = core;
    this.#sums = new Int32Array(columns);
    this.#variances = new Int32Array(columns);
  }

  /** The vectors are the core's multiplications number `first` and following. */
  multiply(window: Window, batch: VectorBatch, first: number): void {
    const { model, matrix } = this.#core;
    const stride = model.profile.columns;
    const conductances = { entries: matrix.conductance, stride };
    const variances = { entries: matrix.variance, stride };
    for (let vector = 0; vector < batch.count; vector++) {
      const input = { inputs: batch.inputs, start: batch.inputStart + vector * batch.inputStride };
      sumColumns(conductances, window, input, this.#sums, false);
      if (model.noisy) sumColumns(variances, window, input, this.#variances, true);
      const output = batch.outputStart + vector * batch.outputStride;
      this.#toCodes(window, batch.outputs, output, first + vector);
    }
  }

  #toCodes(
    { columnStart, columns }: Window,
    outputs: Int16Array,
    output: number,
    multiplication: number,
  ): void {
    const { model, converters, state, draws } = this.#core;
    const { noisy, noiseUnit, profile } = model;
    const { gain, offset } = converters;
    const { fractionBits } = profile.digital;
    const maxCode = (1 << (profile.adc.bits - 1)) - 1;
    let block = -1;
    for (let i = 0; i < columns; i++) {
      const column = columnStart + i;
      let sum = this.#sums[i];
      if (noisy) {
        if (column >>> 3 !== block) {
          block = column >>> 3;
          draws.draw(Purpose.multiply, block, multiplication);
        }
        const index = draws.words[(column & 7) >>> 1] >>> ((column & 1) * 16);
        const z = normalTable[index & ((1 << NORMAL_TABLE_BITS) - 1)];
        const root = Math.fround(Math.sqrt(Math.fround(this.#variances[i])));
        sum += Math.fround(Math.fround(root * noiseUnit) * z);
      }
      const code = convert(sum, gain[column], offset[column], maxCode);
      outputs[output + i] = scaleCode(code, state.scale[column], state.offset[column], fractionBits);
    }
  }
}
