import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Board, Window } from '../../drivers/index.js';
import { GREATEST_LEVEL, MAX_INPUT_CODE, targetPair, toLevel } from '../../network/index.js';
import { type ArmModel, encodeArmModel, learnerRanges, type Synapses } from '../../network/arm/index.js';
import { readRecord, writeRecord } from '../flash/board-record.js';
import { type FlashOptions, type FlashReport, flashRegions } from '../flash/flash.js';
import type { Region } from '../flash/regions.js';
import { PlanError } from '../mapping/plan.js';
import { fitColumns } from './column-fit.js';

/**
 * The learning network's weights on a board, as levels of differential pairs from the first row and column of each core on.
 * Every core holds a copy: all multiply at once, and the mean of copies has less of the devices' noise.
 */
export class BoardSynapses implements Synapses {
  /** Input vectors multiplied so far, counted per core. */
  multiplications = 0;
  private readonly window: Window;
  /** [neurons] magnitude of the outermost level. */
  private readonly ranges: Float32Array;
  /** [copies, neurons] current that one output code stands for, divided by the number of copies. */
  private readonly codeValue: Float32Array;
  /** [rows, neurons] what the board holds. */
  private readonly levels: Int8Array;
  /** [copies, neurons] what the converters say without input, in codes. */
  private readonly offsets: Float32Array;

  /** Part of their conductance that the devices still have: what is written beside them is scaled to match. */
  private retained = 1;

  private constructor(
    private readonly board: Board,
    private readonly model: ArmModel,
    readonly copies: number,
  ) {
    this.window = armWindow(model);
    this.ranges = learnerRanges(model);
    this.levels = this.levelsOf(model.parameters.weights);
    this.offsets = new Float32Array(copies * this.window.columns);
    this.codeValue = new Float32Array(copies * this.window.columns);
  }

  /**
   * Flashes the model where the board does not hold it, and calibrates. `copies` is at most the
   * number of cores, which it is by default. Errors: `PlanError` for a chip that is too small; as `flash`.
   */
  static async open(
    board: Board,
    model: ArmModel,
    options: FlashOptions & { copies?: number } = {},
  ): Promise<{ synapses: BoardSynapses; flashed: FlashReport | undefined }> {
    const copies = Math.min(options.copies ?? Infinity, board.information.cores);
    const synapses = new BoardSynapses(board, model, copies);
    const flashed = await synapses.flash(options);
    await synapses.calibrate();
    return { synapses, flashed };
  }

  /** Devices of a pair, in both polarities and all copies. */
  get devicesPerPair(): number {
    return 2 * this.board.information.devicesPerPolarity * this.copies;
  }

  async store(weights: Float32Array): Promise<number[]> {
    const levels = this.levelsOf(weights);
    const changed = [...levels.keys()].filter((pair) => levels[pair] !== this.levels[pair]);
    if (changed.length === 0) return changed;
    await this.markTouched(true);
    const { columns } = this.window;
    const outermost = this.retained * this.board.information.conductanceMax;
    const pairs = changed.map((pair) => targetPair(levels[pair], outermost));
    const cells = {
      rows: Uint16Array.from(changed, (pair) => Math.floor(pair / columns)),
      columns: Uint16Array.from(changed, (pair) => pair % columns),
      targets: Uint16Array.from([...pairs.map(([plus]) => plus), ...pairs.map(([, minus]) => minus)]),
    };
    for (let core = 0; core < this.copies; core++) await this.board.programCells(core, cells);
    this.levels.set(levels);
    return changed;
  }

  async multiply(inputs: Float32Array): Promise<Float32Array> {
    const row = Int8Array.from(inputs, (input) => Math.round(MAX_INPUT_CODE * input));
    const codes = await this.multiplyCopies(row, 1);
    const { columns } = this.window;
    const currents = new Float32Array(columns);
    for (let at = 0; at < codes.length; at++)
      currents[at % columns] += (codes[at] - this.offsets[at]) * this.codeValue[at];
    return currents;
  }

  /** Puts the initial weights back, as flashed, for whoever comes next. */
  async restore(): Promise<void> {
    await this.store(this.model.parameters.weights);
    await this.markTouched(false);
  }

  private levelsOf(weights: Float32Array): Int8Array {
    const { columns } = this.window;
    return Int8Array.from(weights, (weight, pair) => toLevel(weight, this.ranges[pair % columns]));
  }

  private async flash(options: FlashOptions): Promise<FlashReport | undefined> {
    const { information } = this.board;
    checkFit(this.window, information);
    const digest = `${bytesToHex(sha256(encodeArmModel(this.model)))}x${this.copies}`;
    const { model: held } = await readRecord(this.board);
    if (held?.complete && held.digest === digest && !held.headTouched) return undefined;
    const targets = this.targets(information.conductanceMax);
    const regions: Region[] = Array.from({ length: this.copies }, (_, core) => ({
      core,
      window: this.window,
      targets,
    }));
    return flashRegions(this.board, { name: this.model.description.name, digest }, regions, options);
  }

  /** [2, rows, columns], plus then minus, in nS. */
  private targets(conductanceMax: number): Uint16Array {
    const targets = new Uint16Array(2 * this.levels.length);
    for (const [pair, level] of this.levels.entries()) {
      const [plus, minus] = targetPair(level, conductanceMax);
      targets[pair] = plus;
      targets[this.levels.length + pair] = minus;
    }
    return targets;
  }

  /** Finds what codes stand for: the converters' offsets, and gains of all that is between levels and codes. */
  private async calibrate(): Promise<void> {
    const { columns } = this.window;
    const fit = await fitColumns((inputs, count) => this.multiplyCopies(inputs, count), this.levels, columns);
    for (let at = 0; at < fit.gains.length; at++) {
      const range = this.ranges[at % columns];
      this.offsets[at] = fit.offsets[at];
      this.codeValue[at] = range / GREATEST_LEVEL / MAX_INPUT_CODE / fit.gains[at] / this.copies;
    }
    const { conductanceMax, adcStep } = this.board.information;
    const live = fit.gains.filter(Number.isFinite);
    const meanGain = live.reduce((sum, gain) => sum + gain / live.length, 0);
    this.retained = Math.min(1, (meanGain * adcStep * GREATEST_LEVEL) / conductanceMax);
  }

  /** Codes [count, copies, columns] for input codes [count, rows], the same for all copies. */
  private multiplyCopies(inputs: Int8Array, count: number): Promise<Int16Array> {
    const { rows } = this.window;
    const all = new Int8Array(count * this.copies * rows);
    for (let vector = 0, at = 0; vector < count; vector++)
      for (let copy = 0; copy < this.copies; copy++, at += rows)
        all.set(inputs.subarray(vector * rows, (vector + 1) * rows), at);
    this.multiplications += count * this.copies;
    return this.board.multiply(0, this.copies, this.window, all);
  }

  /** Notes on the board whether it holds other levels than the model says. */
  private async markTouched(headTouched: boolean): Promise<void> {
    const record = await readRecord(this.board);
    if (!record.model || record.model.headTouched === headTouched) return;
    await writeRecord(this.board, { ...record, model: { ...record.model, headTouched } });
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
