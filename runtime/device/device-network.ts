import type { Board } from '../../drivers/index.js';
import { type LayerShape, type Model, networkInput } from '../../network/index.js';
import type { Plan } from '../mapping/placement.js';
import { layerLevels } from '../mapping/layer-levels.js';
import type { LayerSignals } from '../signals/layer-signals.js';
import { DeviceLayer } from './device-layer.js';
import type { Corrections } from './layer-correction.js';
import { constantsOf, type StageConstants, stageOutputs, stageVectors } from './stage.js';

interface Stage {
  shape: LayerShape;
  device: DeviceLayer;
  constants: StageConstants;
}

/**
 * The layers below the head of a flashed model. Matrix products run on the board; unrolling, bias, activation
 * and pooling, which are the work of the digital part of such a system, run on the host.
 */
export class DeviceNetwork {
  readonly #model: Model;
  readonly #stages: Stage[];

  constructor(board: Board, model: Model, plan: Plan) {
    this.#model = model;
    this.#stages = plan.placements.slice(0, -1).map((placement) => {
      return {
        shape: placement.shape,
        device: new DeviceLayer(board, placement, layerLevels(model, placement)),
        constants: constantsOf(model, placement.shape),
      };
    });
  }

  /** Input vectors multiplied so far, counted per core. */
  get multiplications(): number {
    return this.#stages.reduce((sum, { device }) => sum + device.multiplications, 0);
  }

  /** What went through each of the layers so far. */
  get signals(): LayerSignals[] {
    return this.#stages.map(({ shape, device }) => device.counts.of(shape.layer.name));
  }

  /** Corrects the layers from now on; see `DeviceLayer.correct`. */
  correct(corrections: Corrections): void {
    for (const [index, { device }] of this.#stages.entries()) device.correct(corrections[index]);
  }

  /**
   * Features of drawings, each [channels, height, width] as the model's input says.
   * Errors: `ModelError` for a drawing of another size; the board's `Refusal`, `LinkError`.
   */
  async features(drawings: readonly Float32Array[]): Promise<Float32Array[]> {
    let activations = drawings.map((drawing) => networkInput(this.#model.description, drawing));
    for (const stage of this.#stages) activations = await runStage(stage, activations);
    return activations;
  }
}

async function runStage({ shape, device, constants }: Stage, images: readonly Float32Array[]) {
  const sums = await device.multiply(stageVectors(shape, device.inputScale, images, device.counts));
  return stageOutputs(shape, sums, images.length, constants);
}
