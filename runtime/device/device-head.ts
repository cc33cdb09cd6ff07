import type { Board, ProgramReport } from '../../drivers/index.js';
import {
  GREATEST_LEVEL,
  inputCodes,
  type LevelMatrix,
  type Model,
  ModelError,
  targetPair,
  tensorData,
  toLevel,
  updateHead,
} from '../../network/index.js';
import type { Placement } from '../mapping/placement.js';
import { layerLevels } from '../mapping/layer-levels.js';
import { DeviceLayer } from './device-layer.js';
import type { LayerCorrection } from './layer-correction.js';

/** What one write to the head cost. */
export interface HeadUpdate {
  /** Pairs whose level changed, all copies counted. */
  pairs: number;
  reports: ProgramReport[];
}

/**
 * The dense layer that adapts on the device. The host keeps the weights in full precision; the board holds their levels, and
 * only pairs whose level changes are programmed.
 */
export class DeviceHead {
  readonly #board: Board;
  readonly #placement: Placement;
  readonly #layer: DeviceLayer;
  /** Weight of the outermost level. */
  readonly #range: number;
  /** The levels as the board holds them. */
  readonly matrix: LevelMatrix;
  /** Meta-trained weights [ways, inputs] and bias [ways] that learning begins with; none for zeros. */
  readonly #stored: Float32Array | undefined;
  readonly #bias: Float32Array | undefined;
  #weights = new Float32Array();
  #ways = 0;

  /** Errors: `ModelError` for a head without a weight range, whose levels would mean nothing. */
  constructor(board: Board, model: Model, placement: Placement) {
    const { layer } = placement.shape;
    if (layer.type !== 'dense' || layer.weightRange === undefined) {
      throw new ModelError(
        `Layer ${layer.name} has no weightRange; export the model with one to learn on a device.`,
      );
    }
    const { levels } = layerLevels(model, placement);
    this.#board = board;
    this.#placement = placement;
    this.#range = layer.weightRange;
    this.#stored = tensorData(model, layer.weights);
    this.#bias = tensorData(model, layer.bias);
    const unit = new Float32Array(placement.outputs).fill(this.#range / GREATEST_LEVEL);
    this.matrix = { outputs: placement.outputs, inputs: placement.inputs, levels, unit };
    this.#layer = new DeviceLayer(board, placement, this.matrix);
  }

  get multiplications(): number {
    return this.#layer.multiplications;
  }

  /** Corrects the logits from now on; see `DeviceLayer.correct`. */
  correct(correction: LayerCorrection | undefined): void {
    this.#layer.correct(correction);
  }

  /** The input codes that features become, to be kept over the updates of a task. */
  codes(features: Float32Array): Int8Array {
    return inputCodes(features, this.#layer.inputScale);
  }

  /** Forgets what was learned: the weights as meta-trained, or zero, on the board as well. */
  reset(ways: number): Promise<HeadUpdate> {
    this.#ways = ways;
    this.#weights = this.#stored?.slice() ?? new Float32Array(ways * this.#placement.inputs);
    return this.#write();
  }

  /** Logits of examples given as input codes, each [ways], from the board. */
  async logits(examples: readonly Int8Array[]): Promise<Float32Array[]> {
    const { inputs } = this.#placement;
    const vectors = new Int8Array(examples.length * inputs);
    for (const [index, codes] of examples.entries()) vectors.set(codes, index * inputs);
    const sums = await this.#layer.multiply(vectors, this.#ways);
    return examples.map((_, index) =>
      sums
        .subarray(index * this.#ways, (index + 1) * this.#ways)
        .map((sum, way) => sum + (this.#bias ? this.#bias[way] : 0)),
    );
  }

  /** One step of gradient descent from the board's own outputs for the support set, then the change is programmed. */
  async update(support: readonly Int8Array[], labels: number[], rate: number): Promise<HeadUpdate> {
    const logits = await this.logits(support);
    const features = support.map((codes) =>
      Float32Array.from(codes, (code) => code * this.#layer.inputScale),
    );
    updateHead(this.#weights, features, labels, logits, rate);
    return this.#write();
  }

  /** Programs the pairs whose quantised level differs from what the board holds. */
  async #write(): Promise<HeadUpdate> {
    const changed = this.#changedLevels();
    const reports: ProgramReport[] = [];
    for (const tile of this.#placement.tiles) {
      for (let offset = 0; offset < tile.cores; offset++) {
        const cells = this.#cellsOf(tile.firstPart + offset, tile.window.columnStart, changed);
        if (cells.rows.length > 0) reports.push(await this.#board.programCells(tile.core + offset, cells));
      }
    }
    return { pairs: reports.reduce((sum, { pairs }) => sum + pairs, 0), reports };
  }

  /** Takes over the new levels and returns the positions [outputs x inputs] where they changed. */
  #changedLevels(): number[] {
    const changed: number[] = [];
    for (let index = 0; index < this.matrix.levels.length; index++) {
      const weight = index < this.#weights.length ? this.#weights[index] : 0;
      const level = toLevel(weight, this.#range);
      if (level === this.matrix.levels[index]) continue;
      this.matrix.levels[index] = level;
      changed.push(index);
    }
    return changed;
  }

  /** The unit cells that hold changed weights of one part, with their targets. */
  #cellsOf(part: number, columnStart: number, changed: readonly number[]) {
    const { inputs, partInputs, repeats } = this.#placement;
    const { conductanceMax } = this.#board.information;
    const mine = changed.filter((index) => Math.floor((index % inputs) / partInputs) === part);
    const cells = mine.flatMap((index) =>
      Array.from({ length: repeats }, (_, copy) => ({
        row: ((index % inputs) % partInputs) + copy * partInputs,
        column: columnStart + Math.floor(index / inputs),
        pair: targetPair(this.matrix.levels[index], conductanceMax),
      })),
    );
    return {
      rows: Uint16Array.from(cells, ({ row }) => row),
      columns: Uint16Array.from(cells, ({ column }) => column),
      targets: Uint16Array.from([...cells.map(({ pair }) => pair[0]), ...cells.map(({ pair }) => pair[1])]),
    };
  }
}
