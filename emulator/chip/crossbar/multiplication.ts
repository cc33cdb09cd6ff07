import { NORMAL_TABLE_BITS, normalTable } from '../../numerics/normal.js';
import type { Converters, CoreState } from '../core/core-state.js';
import { Purpose, type Draws } from '../devices/draws.js';
import type { EffectiveMatrix } from './effective-matrix.js';
import type { ChipModel } from '../model.js';
import type { Window } from '../operations.js';

/** Added to and taken from a double of small magnitude it leaves the nearest integer, ties to even. */
const ROUND = 6755399441055744;

/** Vectors of one core within the arrays of a request that names several. */
export interface VectorLayout {
  /** First element of the first input vector and distance from one to the next. */
  inputStart: number;
  inputStride: number;
  outputStart: number;
  outputStride: number;
}

/** Multiplies input vectors with windows of one core: crossbar, read noise, converters, digital unit. */
export class Multiplier {
  readonly #sums: Int32Array;
  readonly #variances: Int32Array;

  constructor(
    private readonly model: ChipModel,
    private readonly state: CoreState,
    private readonly converters: Converters,
    private readonly matrix: EffectiveMatrix,
    private readonly draws: Draws,
  ) {
    this.#sums = new Int32Array(model.profile.columns);
    this.#variances = new Int32Array(model.profile.columns);
  }

  /** The vectors are the core's multiplications number `first` and following. */
  multiply(
    window: Window,
    batch: number,
    inputs: Int8Array,
    outputs: Int16Array,
    layout: VectorLayout,
    first: number,
  ): void {
    for (let vector = 0; vector < batch; vector++) {
      const input = layout.inputStart + vector * layout.inputStride;
      this.#sum(this.matrix.conductance, this.#sums, window, inputs, input, false);
      if (this.model.noisy) this.#sum(this.matrix.variance, this.#variances, window, inputs, input, true);
      this.#convert(window, outputs, layout.outputStart + vector * layout.outputStride, first + vector);
    }
  }

  /** Integer sums of the window's columns over its rows of input, or of its square, times the matrix entry. */
  #sum(
    matrix: Int16Array,
    sums: Int32Array,
    { rowStart, rows, columnStart, columns }: Window,
    inputs: Int8Array,
    input: number,
    squared: boolean,
  ): void {
    const stride = this.model.profile.columns;
    sums.fill(0, 0, columns);
    for (let row = 0; row < rows; row += 4) {
      const code = (i: number) => {
        const x = row + i < rows ? inputs[input + row + i] : 0;
        return squared ? x * x : x;
      };
      const x0 = code(0);
      const x1 = code(1);
      const x2 = code(2);
      const x3 = code(3);
      if ((x0 | x1 | x2 | x3) === 0) continue;
      // rows past the window have input 0: any entry will do
      const at = (rowStart + row) * stride + columnStart;
      const at1 = x1 === 0 ? at : at + stride;
      const at2 = x2 === 0 ? at : at + 2 * stride;
      const at3 = x3 === 0 ? at : at + 3 * stride;
      for (let column = 0; column < columns; column++)
        sums[column] =
          (sums[column] +
            Math.imul(x0, matrix[at + column]) +
            Math.imul(x1, matrix[at1 + column]) +
            Math.imul(x2, matrix[at2 + column]) +
            Math.imul(x3, matrix[at3 + column])) |
          0;
    }
  }

  #convert(
    { columnStart, columns }: Window,
    outputs: Int16Array,
    output: number,
    multiplication: number,
  ): void {
    const { noisy, noiseUnit, profile } = this.model;
    const { gain, offset } = this.converters;
    const { scale, offset: shift } = this.state;
    const greatest = (1 << (profile.adc.bits - 1)) - 1;
    const { fractionBits } = profile.digital;
    const half = fractionBits === 0 ? 0 : 1 << (fractionBits - 1);
    const { words } = this.draws;
    let block = -1;
    for (let i = 0; i < columns; i++) {
      const column = columnStart + i;
      let sum = this.#sums[i];
      if (noisy) {
        if (column >>> 3 !== block) {
          block = column >>> 3;
          this.draws.draw(Purpose.multiply, block, multiplication);
        }
        const index = words[(column & 7) >>> 1] >>> ((column & 1) * 16);
        const z = normalTable[index & ((1 << NORMAL_TABLE_BITS) - 1)];
        const root = Math.fround(Math.sqrt(Math.fround(this.#variances[i])));
        sum += Math.fround(Math.fround(root * noiseUnit) * z);
      }
      const converted = Math.min(Math.max(sum * gain[column] + offset[column], -greatest - 1), greatest);
      const code = converted + ROUND - ROUND;
      const scaled = Math.min((code * scale[column] + half) >> fractionBits, 32767) + shift[column];
      outputs[output + i] = Math.min(Math.max(scaled, -32768), 32767);
    }
  }
}
