import type { Board } from '../../drivers/index.js';
import { GREATEST_LEVEL } from '../levels.js';
import type { LevelMatrix } from '../mapping/level-matrix.js';
import type { Placement, Tile } from '../mapping/plan.js';
import { inputOfRow } from '../mapping/targets.js';

/** One placed layer of a flashed model: input vectors go to the board, weighted sums come back. */
export class DeviceLayer {
  /** Input vectors multiplied so far, counted per core. */
  multiplications = 0;
  readonly #board: Board;
  readonly #placement: Placement;
  /** [outputs]: weighted sum that one output code stands for. */
  readonly #codeValue: Float64Array;

  constructor(board: Board, placement: Placement, { unit }: LevelMatrix) {
    this.#board = board;
    this.#placement = placement;
    const { adcStep, conductanceMax } = board.information;
    const conductancePerLevel = conductanceMax / GREATEST_LEVEL;
    const value = (adcStep * this.inputScale) / (conductancePerLevel * placement.repeats);
    this.#codeValue = Float64Array.from(unit, (weight) => weight * value);
  }

  /** Value of one input code. */
  get inputScale(): number {
    return this.#placement.shape.layer.inputScale / this.#placement.amplitude;
  }

  /**
   * Multiplies input codes [vectors, inputs] with the layer's matrix, its first `outputs` columns.
   * Returns sums [vectors, outputs] in the units of the network.
   */
  async multiply(vectors: Int8Array, outputs = this.#placement.outputs): Promise<Float32Array> {
    const count = vectors.length / this.#placement.inputs;
    const sums = new Float32Array(count * outputs);
    await Promise.all(
      this.#placement.tiles.map((tile) => this.#multiplyTile(tile, vectors, count, outputs, sums)),
    );
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
    const window = { ...tile.window, columns: outputs };
    this.multiplications += count * cores;
    const codes = await this.#board.multiply(core, cores, window, this.#tileInputs(tile, vectors, count));
    for (let vector = 0, at = 0; vector < count; vector++) {
      for (let part = 0; part < cores; part++) {
        for (let output = 0; output < outputs; output++, at++) {
          sums[vector * outputs + output] += codes[at] * this.#codeValue[output];
        }
      }
    }
  }

  /** Input codes [vectors, cores, window rows] out of [vectors, inputs]. */
  #tileInputs(tile: Tile, vectors: Int8Array, count: number): Int8Array {
    const { inputs } = this.#placement;
    const sources = rowSources(this.#placement, tile);
    const codes = new Int8Array(count * sources.length);
    for (let vector = 0, at = 0; vector < count; vector++) {
      const start = vector * inputs;
      for (let row = 0; row < sources.length; row++, at++) {
        codes[at] = sources[row] < 0 ? 0 : vectors[start + sources[row]];
      }
    }
    return codes;
  }
}

/** For each row of each core of a tile, the input that drives it; -1 for none. */
function rowSources(placement: Placement, tile: Tile): Int32Array {
  const { rows } = tile.window;
  return Int32Array.from(
    { length: tile.cores * rows },
    (_, index) => inputOfRow(placement, tile, Math.floor(index / rows), index % rows) ?? -1,
  );
}
