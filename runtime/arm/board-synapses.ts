import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Board, Window } from '../../drivers/index.js';
import { MAX_LEVEL, MAX_INPUT_CODE, pairTargets, toLevel } from '../../network/index.js';
import { type ArmModel, encodeArmModel, learnerRanges, type Synapses } from '../../network/arm/index.js';
import { ProgrammedLevels } from '../device/programmed-levels.js';
import { readRecord } from '../flash/board-record.js';
import { type FlashOptions, flashRegions, type RegionsReport } from '../flash/flash.js';
import type { Region } from '../flash/regions.js';
import { requireSound } from '../flash/soundness.js';
import { copiedCells } from '../mapping/cells.js';
import { PlanError } from '../mapping/plan.js';
import { fitColumns } from './column-fit.js';

/**
 * The learning network's weights on a board, as levels of differential pairs from the first row and column of
 * each core on. Every core holds a copy: all multiply at once, and the mean of copies has less of the
 * devices' noise.
 */
export class BoardSynapses implements Synapses {
  /** Input vectors multiplied so far, counted per core. */
  multiplications = 0;
  readonly #board: Board;
  readonly #model: ArmModel;
  readonly #window: Window;
  /** [neurons] magnitude of the outermost level. */
  readonly #ranges: Float32Array;
  /** [copies, neurons] current that one output code stands for, divided by the number of copies. */
  readonly #codeValue: Float32Array;
  /** [rows x neurons] on every core. */
  readonly #levels: ProgrammedLevels;
  /** [copies, neurons] code of each converter without input. */
  readonly #offsets: Float32Array;

  private constructor(
    board: Board,
    model: ArmModel,
    readonly copies: number,
  ) {
    this.#board = board;
    this.#model = model;
    this.#window = armWindow(model);
    this.#ranges = learnerRanges(model);
    const initial = this.#levelsOf(model.parameters.weights);
    this.#levels = new ProgrammedLevels(board, copiedCells(copies, this.#window), initial);
    this.#offsets = new Float32Array(copies * this.#window.columns);
    this.#codeValue = new Float32Array(copies * this.#window.columns);
  }

  /**
   * Flashes the model unless the board holds it, and calibrates. `copies` is at most the number of cores,
   * which it is by default. Errors: `PlanError` for a chip that is too small; as `flash`.
   */
  static async open(
    board: Board,
    model: ArmModel,
    options: FlashOptions & { copies?: number } = {},
  ): Promise<{ synapses: BoardSynapses; flashed: RegionsReport | undefined }> {
    const copies = Math.min(options.copies ?? Infinity, board.information.cores);
    const synapses = new BoardSynapses(board, model, copies);
    const flashed = await synapses.#flash(options);
    await synapses.#calibrate();
    return { synapses, flashed };
  }

  /** Devices of a pair, in both polarities and all copies. */
  get devicesPerPair(): number {
    return 2 * this.#board.information.devicesPerPolarity * this.copies;
  }

  /** [rows x neurons] that every core holds, row by row; `UNKNOWN_LEVEL` in pairs whose last write failed. */
  get levels(): Int8Array {
    return this.#levels.levels;
  }

  /**
   * Errors: the board's `Refusal`, `LinkError`; a write that failed is completed before the next
   * multiplication.
   */
  async store(weights: Float32Array): Promise<number[]> {
    return (await this.#levels.write(this.#levelsOf(weights))).weights;
  }

  /** Errors: the board's `Refusal`, `LinkError`. */
  async multiply(inputs: Float32Array): Promise<Float32Array> {
    await this.#levels.settle();
    const row = Int8Array.from(inputs, (input) => Math.round(MAX_INPUT_CODE * input));
    const codes = await this.#multiplyCopies(row, 1);
    const { columns } = this.#window;
    const currents = new Float32Array(columns);
    for (let at = 0; at < codes.length; at++)
      currents[at % columns] += (codes[at] - this.#offsets[at]) * this.#codeValue[at];
    return currents;
  }

  /**
   * Puts the initial weights back, as flashed. Errors: as `store`; the board then stays marked as changed.
   */
  async restore(): Promise<void> {
    await this.store(this.#model.parameters.weights);
    await this.#levels.markRestored();
  }

  #levelsOf(weights: Float32Array): Int8Array {
    const { columns } = this.#window;
    return Int8Array.from(weights, (weight, pair) => toLevel(weight, this.#ranges[pair % columns]));
  }

  async #flash(options: FlashOptions): Promise<RegionsReport | undefined> {
    const { information } = this.#board;
    checkFit(this.#window, information);
    const digest = `${bytesToHex(sha256(encodeArmModel(this.#model)))}x${this.copies}`;
    const { model: held } = await readRecord(this.#board);
    if (held?.complete && held.digest === digest && !held.headTouched && !held.interrupted) {
      if (options.requireSound) requireSound({ model: held });
      return undefined;
    }
    const targets = pairTargets(this.levels, information.conductanceMax);
    const regions: Region[] = Array.from({ length: this.copies }, (_, core) => ({
      layer: this.#model.description.name,
      core,
      window: this.#window,
      targets,
    }));
    return flashRegions(this.#board, { name: this.#model.description.name, digest }, regions, options);
  }

  /**
   * Measures the converters' offsets, and the gain from levels to codes of each column. The gains also tell
   * which share of their conductance the devices have kept: new levels are scaled to match.
   */
  async #calibrate(): Promise<void> {
    const { columns } = this.#window;
    const fit = await fitColumns(
      (inputs, count) => this.#multiplyCopies(inputs, count),
      this.levels,
      columns,
    );
    for (let at = 0; at < fit.gains.length; at++) {
      const range = this.#ranges[at % columns];
      this.#offsets[at] = fit.offsets[at];
      this.#codeValue[at] = range / MAX_LEVEL / MAX_INPUT_CODE / fit.gains[at] / this.copies;
    }
    const { conductanceMax, adcStep } = this.#board.information;
    const live = fit.gains.filter(Number.isFinite);
    const meanGain = live.reduce((sum, gain) => sum + gain / live.length, 0);
    const retained = Math.min(1, (meanGain * adcStep * MAX_LEVEL) / conductanceMax);
    this.#levels.outermost = retained * conductanceMax;
  }

  /** Codes [count, copies, columns] for input codes [count, rows], the same for all copies. */
  #multiplyCopies(inputs: Int8Array, count: number): Promise<Int16Array> {
    const { rows } = this.#window;
    const all = new Int8Array(count * this.copies * rows);
    for (let vector = 0, at = 0; vector < count; vector++)
      for (let copy = 0; copy < this.copies; copy++, at += rows)
        all.set(inputs.subarray(vector * rows, (vector + 1) * rows), at);
    this.multiplications += count * this.copies;
    return this.#board.multiply(0, this.copies, this.#window, all);
  }
}

function armWindow({ description: { network } }: ArmModel): Window {
  const { neurons, clocks } = network;
  return { rowStart: 0, rows: neurons + clocks, columnStart: 0, columns: neurons };
}

function checkFit({ rows, columns }: Window, chip: { rows: number; columns: number }): void {
  if (rows <= chip.rows && columns <= chip.columns) return;
  throw new PlanError(
    `The learning network needs ${rows} rows and ${columns} columns of one core, which has ${chip.rows} and ${chip.columns}; use a larger chip, or train fewer neurons.`,
  );
}
