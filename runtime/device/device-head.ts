import type { Board } from '../../drivers/index.js';
import {
  MAX_LEVEL,
  countInputCodes,
  inputCodes,
  type LevelMatrix,
  type Model,
  ModelError,
  tensorData,
  toLevel,
  updateHead,
} from '../../network/index.js';
import type { BoardRecord } from '../flash/board-record.js';
import { placedCells } from '../mapping/cells.js';
import { layerLevels } from '../mapping/layer-levels.js';
import type { Placement } from '../mapping/placement.js';
import type { LayerSignals } from '../signals/layer-signals.js';
import { DeviceLayer } from './device-layer.js';
import type { LayerCorrection } from './layer-correction.js';
import { type LevelWrite, ProgrammedLevels } from './programmed-levels.js';

/**
 * The dense layer that adapts on the device. The host keeps the weights in full precision; the board holds
 * their levels, and only pairs whose level changes are programmed.
 */
export class DeviceHead {
  readonly #placement: Placement;
  readonly #layer: DeviceLayer;
  readonly #levels: ProgrammedLevels;
  /** Weight of the outermost level. */
  readonly #range: number;
  /** [outputs] weight of one level. */
  readonly #unit: Float32Array;
  /** Meta-trained weights [ways, inputs] and bias [ways] that learning begins with; none for zeros. */
  readonly #stored: Float32Array | undefined;
  readonly #bias: Float32Array | undefined;
  #weights = new Float32Array();
  #ways = 0;

  /**
   * Takes a board that holds the levels of the model. Errors: `ModelError` for a head without a weight range,
   * whose levels would mean nothing.
   */
  constructor(board: Board, model: Model, placement: Placement) {
    const { layer } = placement.shape;
    if (layer.type !== 'dense' || layer.weightRange === undefined) {
      throw new ModelError(
        `Layer ${layer.name} has no weightRange; export the model with one to learn on a device.`,
      );
    }
    this.#placement = placement;
    this.#range = layer.weightRange;
    this.#unit = new Float32Array(placement.outputs).fill(this.#range / MAX_LEVEL);
    this.#stored = tensorData(model, layer.weights);
    this.#bias = tensorData(model, layer.bias);
    const { levels } = layerLevels(model, placement);
    this.#levels = new ProgrammedLevels(board, placedCells(placement), levels);
    this.#layer = new DeviceLayer(board, placement, this.matrix);
  }

  /** The levels as the board holds them; `UNKNOWN_LEVEL` in pairs whose last write failed. */
  get matrix(): LevelMatrix {
    const { outputs, inputs } = this.#placement;
    return { outputs, inputs, levels: this.#levels.levels, unit: this.#unit };
  }

  /** Input vectors multiplied so far, counted per core. */
  get multiplications(): number {
    return this.#layer.multiplications;
  }

  /** What went through the head so far. Its sums may all be 0, as long as it has not learned anything. */
  get signals(): LayerSignals {
    const { counts } = this.#layer;
    return { ...counts.of(this.#placement.shape.layer.name), dead: counts.busy === 0 };
  }

  /** Corrects the logits from now on; see `DeviceLayer.correct`. */
  correct(correction: LayerCorrection | undefined): void {
    this.#layer.correct(correction);
  }

  /** Input codes [inputs] of features [inputs], to keep over the updates of a task. */
  codes(features: Float32Array): Int8Array {
    const { inputScale, counts } = this.#layer;
    const codes = inputCodes(features, inputScale);
    countInputCodes(codes, features, inputScale, counts);
    return codes;
  }

  /** See `ProgrammedLevels.markTouched`. */
  markTouched(record: BoardRecord): Promise<void> {
    return this.#levels.markTouched(record);
  }

  /**
   * Resets the head to the meta-trained weights, or to zero, on the board as well. Errors: as
   * `ProgrammedLevels.write`.
   */
  reset(ways: number): Promise<LevelWrite> {
    this.#ways = ways;
    this.#weights = this.#stored?.slice() ?? new Float32Array(ways * this.#placement.inputs);
    return this.#write();
  }

  /** Takes the levels of a task of so many ways as they are on the board. The host does not know them. */
  resume(ways: number): void {
    this.#ways = ways;
    this.#levels.loseTrack();
  }

  /**
   * Logits of examples given as input codes, each [ways], from the board. A write that failed is completed
   * first. Errors: the board's `Refusal`, `LinkError`.
   */
  async logits(examples: readonly Int8Array[]): Promise<Float32Array[]> {
    await this.#levels.settle();
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

  /**
   * One step of gradient descent from the board's own outputs for the support set; the change is then
   * programmed. Errors: as `logits`; the step then counts as made, and is programmed before the next
   * multiplication.
   */
  async update(support: readonly Int8Array[], labels: number[], rate: number): Promise<LevelWrite> {
    const logits = await this.logits(support);
    const features = support.map((codes) =>
      Float32Array.from(codes, (code) => code * this.#layer.inputScale),
    );
    updateHead(this.#weights, features, labels, logits, rate);
    return this.#write();
  }

  /**
   * Programs the pairs whose quantised level differs from what the board holds; columns beyond the ways are
   * zero.
   */
  #write(): Promise<LevelWrite> {
    const levels = new Int8Array(this.#placement.outputs * this.#placement.inputs);
    for (const [index, weight] of this.#weights.entries()) levels[index] = toLevel(weight, this.#range);
    return this.#levels.write(levels);
  }
}
