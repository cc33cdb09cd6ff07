import type { Board } from '../../drivers/index.js';
import { type Plan } from '../mapping/plan.js';
import { layerLevels } from '../mapping/targets.js';
import { inputCodes, positionsOf, unroll } from '../mapping/unroll.js';
import type { Model } from '../model.js';
import { type LayerShape, sizeOf } from '../shapes.js';
import { DeviceLayer } from './device-layer.js';

interface Stage {
  shape: LayerShape;
  device: DeviceLayer;
  bias: Float32Array | undefined;
}

/**
 * The layers below the head of a flashed model, run on the board: every matrix product there; unrolling, bias, ReLU and pooling
 * on the host, which are the work of the digital part of such a system.
 */
export class DeviceNetwork {
  readonly #stages: Stage[];

  constructor(board: Board, model: Model, plan: Plan) {
    this.#stages = plan.placements.slice(0, -1).map((placement) => {
      const { bias } = placement.shape.layer;
      return {
        shape: placement.shape,
        device: new DeviceLayer(board, placement, layerLevels(model, placement)),
        bias: bias === undefined ? undefined : model.tensors.get(bias)?.data,
      };
    });
  }

  /** Input vectors multiplied so far, counted per core. */
  get multiplications(): number {
    return this.#stages.reduce((sum, { device }) => sum + device.multiplications, 0);
  }

  /** Features of images, each [channels, height, width] as the model's input says. */
  async features(images: readonly Float32Array[]): Promise<Float32Array[]> {
    let activations = images;
    for (const stage of this.#stages) activations = await runStage(stage, activations);
    return [...activations];
  }
}

async function runStage(
  { shape, device, bias }: Stage,
  images: readonly Float32Array[],
): Promise<Float32Array[]> {
  const { height, width } = positionsOf(shape);
  const positions = height * width;
  const vectors = new Int8Array(images.length * positions * shape.rows);
  for (const [index, image] of images.entries()) {
    unroll(shape, inputCodes(image, device.inputScale), vectors, index * positions * shape.rows);
  }
  const sums = await device.multiply(vectors);
  const size = sums.length / images.length;
  return images.map((_, index) => finish(shape, sums.subarray(index * size, (index + 1) * size), bias));
}

/** Bias, activation and pooling: sums [positions, channels] of one image to activations [channels, height, width]. */
function finish(shape: LayerShape, sums: Float32Array, bias: Float32Array | undefined): Float32Array {
  const { layer, output } = shape;
  if (!output) throw new Error(`Layer ${layer.name} has no outputs of its own.`);
  const { height, width } = positionsOf(shape);
  const pool = layer.type === 'convolution' ? layer.pool : 1;
  const relu = layer.activation === 'relu';
  const activations = new Float32Array(sizeOf(output)).fill(relu ? 0 : -Infinity);
  const { channels } = output;
  for (let y = 0; y < Math.min(height, output.height * pool); y++) {
    for (let x = 0; x < Math.min(width, output.width * pool); x++) {
      const at = (y * width + x) * channels;
      const cell = Math.floor(y / pool) * output.width + Math.floor(x / pool);
      for (let channel = 0; channel < channels; channel++) {
        const value = sums[at + channel] + (bias ? bias[channel] : 0);
        const target = channel * output.height * output.width + cell;
        if (value > activations[target]) activations[target] = value;
      }
    }
  }
  return activations;
}
