import type { Board, ColumnAffine, Window } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import { codeLimits, countClipped } from '../signals/code-limits.js';
import { type ColumnEstimate, estimateColumn } from './column-estimate.js';
import { walshOrder, walshProbes } from './walsh.js';

/**
 * Fraction of the converter's full scale that the root mean square of the strongest column is driven to: 4.5
 * sigma fit.
 */
const DRIVE = 1 / 4.5;

/** Sets of probes in a round: they cost a board less than reading a core back. */
const PROBE_SETS_PER_ROUND = 4;

/** Measures all columns of one core at once, in rounds of Walsh probes and of reading back. */
export class CoreMeasurement {
  /** The whole core. */
  readonly window: Window;
  readonly #board: Board;
  readonly #signs: Int8Array;
  /** [2, rows, columns] sums over the even and the odd reads of plus minus minus, nS. */
  readonly #reads: Float64Array;
  readonly #readCounts = [0, 0];
  /** [order, columns] sums of raw ADC codes. */
  readonly #codes: Float64Array;
  #probeSets = 0;
  #clipped = 0;
  #amplitude = 0;

  constructor(
    board: Board,
    readonly core: number,
    seed: number,
  ) {
    this.#board = board;
    const { rows, columns } = board.information;
    const random = new Random(seed, core);
    this.window = { rowStart: 0, rows, columnStart: 0, columns };
    this.#signs = Int8Array.from({ length: rows }, () => 2 * random.below(2) - 1);
    this.#reads = new Float64Array(2 * rows * columns);
    this.#codes = new Float64Array(walshOrder(rows) * columns);
  }

  /** Vectors multiplied so far. */
  get multiplications(): number {
    return this.#probeSets * walshOrder(this.window.rows);
  }

  /** Share of the probes' codes at the limits of the converters: above 0, gains come out too small. */
  get codesClipped(): number {
    return this.#clipped / Math.max(1, this.multiplications * this.window.columns);
  }

  /** Reads of the whole core so far. */
  get reads(): number {
    return this.#readCounts[0] + this.#readCounts[1];
  }

  /**
   * Reads the core twice, once for each of the two sets, and multiplies all probes a few times.
   * Errors: the board's `Refusal`, `LinkError`.
   */
  async round(): Promise<void> {
    for (const set of [0, 1]) await this.#read(set);
    this.#amplitude ||= this.#chooseAmplitude();
    const probes = walshProbes(this.#signs, this.#amplitude);
    for (let set = 0; set < PROBE_SETS_PER_ROUND; set++) {
      this.#addRaw(await this.probe(probes), await this.#affine());
      this.#probeSets++;
    }
  }

  /** Codes [probes, columns] of probes [probes, rows]. */
  probe(probes: Int8Array): Promise<Int16Array> {
    return this.#board.multiply(this.core, 1, this.window, probes);
  }

  /** Mean of all reads, plus minus minus, [rows, columns] in nS. */
  conductances(): Float64Array {
    const plane = this.window.rows * this.window.columns;
    const sum = (index: number) => this.#reads[index] + this.#reads[plane + index];
    return Float64Array.from({ length: plane }, (_, index) => sum(index) / this.reads);
  }

  /** Estimates from all rounds so far, one for each column. */
  estimates(): ColumnEstimate[] {
    const { rows, columns } = this.window;
    const read = (set: number, column: number) =>
      Float64Array.from(
        { length: rows },
        (_, row) => this.#reads[(set * rows + row) * columns + column] / this.#readCounts[set],
      );
    return Array.from({ length: columns }, (_, column) =>
      estimateColumn(
        {
          codes: Float64Array.from(
            { length: walshOrder(rows) },
            (_, probe) => this.#codes[probe * columns + column] / this.#probeSets,
          ),
          signs: this.#signs,
          amplitude: this.#amplitude,
          firstReads: read(0, column),
          secondReads: read(1, column),
        },
        this.#board.information.adcStep,
      ),
    );
  }

  #affine(): Promise<ColumnAffine> {
    return this.#board.readColumns(this.core, 0, this.window.columns);
  }

  /** Adds codes without scale and offset of the digital unit, up to its rounding. */
  #addRaw(codes: Int16Array, affine: ColumnAffine): void {
    const { scales, offsets } = affine;
    this.#clipped += countClipped(codes, codeLimits(affine, this.#board.information));
    const one = 2 ** this.#board.information.scaleFractionBits;
    const { columns } = this.window;
    for (let index = 0; index < codes.length;) {
      for (let column = 0; column < columns; column++, index++)
        this.#codes[index] += ((codes[index] - offsets[column]) * one) / scales[column];
    }
  }

  async #read(set: number): Promise<void> {
    const plane = this.window.rows * this.window.columns;
    const conductances = await this.#board.read(this.core, this.window);
    for (let index = 0; index < plane; index++)
      this.#reads[set * plane + index] += conductances[index] - conductances[plane + index];
    this.#readCounts[set]++;
  }

  /** The highest input code that keeps the strongest column within its drive. */
  #chooseAmplitude(): number {
    const { adcBits, adcStep, inputBits } = this.#board.information;
    const { columns } = this.window;
    const squares = new Float64Array(columns);
    for (const [index, conductance] of this.conductances().entries())
      squares[index % columns] += conductance * conductance;
    const strongest = Math.sqrt(Math.max(...squares)) / adcStep;
    const maxCode = 2 ** (inputBits - 1) - 1;
    return Math.max(1, Math.min(maxCode, Math.floor((DRIVE * 2 ** (adcBits - 1)) / strongest)));
  }
}
