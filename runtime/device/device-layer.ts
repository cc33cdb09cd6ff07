import type { Board } from '../../drivers/index.js';
import { MAX_LEVEL, type LevelMatrix } from '../../network/index.js';
import type { Placement, Tile } from '../mapping/placement.js';
import { codesOfOutputs, offsetOf, spanOf } from '../mapping/spare-columns.js';
import { tileInputs } from '../mapping/tile-inputs.js';
import { type CodeLimits, readLimits } from '../signals/code-limits.js';
import { SignalCounts } from '../signals/layer-signals.js';
import { type LayerCorrection, partsOf } from './layer-correction.js';

/** One placed layer of a flashed model: input vectors go to the board, weighted sums come back. */
export class DeviceLayer {
  /** Input vectors multiplied so far, counted per core. */
  multiplications = 0;
  /** What went through the layer; whoever makes its input codes counts these. */
  readonly counts = new SignalCounts();
  readonly #board: Board;
  readonly #placement: Placement;
  /** [outputs] weighted sum for one output code. */
  readonly #codeValue: Float64Array;
  /**
   * [parts, outputs] factor from a code of the board to its share of the weighted sum, and the addend to it.
   */
  readonly #factor: Float64Array;
  readonly #addend: Float64Array;
  /** [parts, outputs]; read from the board before the first multiplication. */
  #limits: Promise<CodeLimits> | undefined;

  constructor(board: Board, placement: Placement, { unit }: LevelMatrix) {
    this.#board = board;
    this.#placement = placement;
    const { adcStep, conductanceMax } = board.information;
    const conductancePerLevel = conductanceMax / MAX_LEVEL;
    const value = (adcStep * this.inputScale) / (conductancePerLevel * placement.repeats);
    this.#codeValue = Float64Array.from(unit, (weight) => weight * value);
    this.#factor = new Float64Array(partsOf(placement) * placement.outputs);
    this.#addend = new Float64Array(this.#factor.length);
    this.correct(undefined);
  }

  /** Applies a correction to all multiplications from now on; `undefined` applies none. */
  correct(correction: LayerCorrection | undefined): void {
    const { outputs } = this.#placement;
    for (let index = 0; index < this.#factor.length; index++) {
      const value = this.#codeValue[index % outputs];
      this.#factor[index] = correction ? correction.scale[index] * value : value;
      this.#addend[index] = correction ? correction.offset[index] * value : 0;
    }
  }

  /** Value of one input code. */
  get inputScale(): number {
    return inputScaleOf(this.#placement);
  }

  /**
   * Multiplies input codes [vectors, inputs] with the first `outputs` columns of the layer's matrix.
   * Returns sums [vectors, outputs] in the units of the network. Errors: the board's `Refusal`, `LinkError`.
   */
  async multiply(vectors: Int8Array, outputs = this.#placement.outputs): Promise<Float32Array> {
    const count = vectors.length / this.#placement.inputs;
    const sums = new Float32Array(count * outputs);
    await Promise.all(
      this.#placement.tiles.map((tile) => this.#multiplyTile(tile, vectors, count, outputs, sums)),
    );
    this.counts.lookAt(sums);
    return sums;
  }

  async #multiplyTile(
    tile: Tile,
    vectors: Int8Array,
    count: number,
    outputs: number,
    sums: Float32Array,
  ): Promise<void> {
    const { core, cores } = tile;
    const window = { ...tile.window, columns: spanOf(tile, outputs) };
    this.multiplications += count * cores;
    const inputs = tileInputs(this.#placement, tile, vectors);
    const [answers, { low, high }] = await Promise.all([
      this.#board.multiply(core, cores, window, inputs),
      this.#codeLimits(),
    ]);
    const codes = codesOfOutputs(answers, tile, outputs);
    let clipped = 0;
    for (let vector = 0, at = 0; vector < count; vector++) {
      for (let part = 0; part < cores; part++) {
        const first = (tile.firstPart + part) * this.#placement.outputs;
        for (let output = 0; output < outputs; output++, at++) {
          const column = first + output;
          const code = codes[at];
          if (code >= high[column] || code <= low[column]) clipped++;
          sums[vector * outputs + output] += code * this.#factor[column] + this.#addend[column];
        }
      }
    }
    this.counts.codes += codes.length;
    this.counts.codesClipped += clipped;
  }

  /** Errors: the board's `Refusal`, `LinkError`; the next call then reads them again. */
  #codeLimits(): Promise<CodeLimits> {
    this.#limits ??= this.#readLimits().catch((error: unknown) => {
      this.#limits = undefined;
      throw error;
    });
    return this.#limits;
  }

  async #readLimits(): Promise<CodeLimits> {
    const { tiles, outputs } = this.#placement;
    const size = partsOf(this.#placement) * outputs;
    const limits = { low: new Int32Array(size), high: new Int32Array(size) };
    for (const tile of tiles) {
      const { core, cores, firstPart, window } = tile;
      for (let part = 0; part < cores; part++) {
        const { low, high } = await readLimits(this.#board, core + part, window);
        const first = (firstPart + part) * outputs;
        for (let output = 0; output < outputs; output++) {
          limits.low[first + output] = low[offsetOf(tile, output)];
          limits.high[first + output] = high[offsetOf(tile, output)];
        }
      }
    }
    return limits;
  }
}

/** Value of one input code of a placed layer. */
export const inputScaleOf = ({ shape, amplitude }: Placement): number => shape.layer.inputScale / amplitude;
