import type { Board } from '../../drivers/index.js';
import {
  type ArmModel,
  drawMovement,
  Float32Synapses,
  type LearnedMovement,
  learnerRanges,
  learnMovement,
  LevelSynapses,
  MovementSet,
  REACH,
  type Synapses,
} from '../../network/arm/index.js';
import type { FlashOptions } from '../flash/flash.js';
import { BoardSynapses } from './board-synapses.js';

/** Which movements to learn, and on how many copies. */
export interface ArmEvaluationOptions extends FlashOptions {
  /** Number of movements. */
  trajectories: number;
  /** Seed of the movements, which are drawn from the test set. */
  seed: number;
  /** Copies of the weights, one on each core; all cores by default. */
  copies?: number;
  /** After each movement on the device, with its error in percent of the reach. */
  onTrajectory?: (done: number, learned: LearnedMovement, errorAfter: number) => void | Promise<void>;
}

/** Mean and spread of the errors over movements, in percent of the reach. */
export interface ErrorDistribution {
  mean: number;
  minimum: number;
  median: number;
  percentile90: number;
  maximum: number;
}

/**
 * Results. An error is the root mean square over a movement, the mean over movements, in percent of the
 * reach.
 */
export interface ArmEvaluation {
  trajectories: number;
  /** On the device. */
  errorBefore: number;
  errorAfter: number;
  /** After the update, in software on the same movements. */
  software: { float32: number; int4: number };
  /** After the update. */
  distribution: { device: ErrorDistribution; float32: ErrorDistribution; int4: ErrorDistribution };
  /** Updates of the weights for each movement. */
  updates: number;
  /** Devices that the update of a movement reprograms, all copies counted; mean over the movements. */
  devicesUpdated: number;
  /** Fraction of the pairs whose level it changes. */
  pairsUpdated: number;
  /** Copies of the weights on the board, one on each core. */
  copies: number;
  /** Input vectors multiplied on the board, counted per core. */
  multiplications: number;
}

/**
 * Learns unseen movements one after the other, on the board and in software; afterwards the board holds the
 * model again. If the signal aborts, the results are those of the movements up to then. Errors: as
 * `BoardSynapses.open`; the signal's reason if it was aborted before the first movement ended.
 */
export async function evaluateArm(
  board: Board,
  model: ArmModel,
  options: ArmEvaluationOptions,
): Promise<ArmEvaluation> {
  const { seed, signal } = options;
  const { network } = model.description;
  const { synapses } = await BoardSynapses.open(board, model, options);
  const targets = Array.from({ length: options.trajectories }, (_, index) =>
    drawMovement(MovementSet.test, seed, index, network),
  );
  const device = new Errors();
  let pairs = 0;
  try {
    for (const target of targets) {
      const learned = await learnMovement(model, synapses, target, signal);
      pairs += learned.changedPairs.length;
      device.add(learned);
      await options.onTrajectory?.(device.after.length, learned, device.after[device.after.length - 1]);
    }
  } catch (error) {
    const isStopped = signal?.aborted && error === signal.reason;
    if (!isStopped || device.after.length === 0) throw error;
  } finally {
    await synapses.restore();
  }
  const trajectories = device.after.length;
  const inSoftware = async (software: Synapses) => {
    const errors = new Errors();
    for (const target of targets.slice(0, trajectories))
      errors.add(await learnMovement(model, software, target));
    return distributionOf(errors.after);
  };
  const float32 = await inSoftware(new Float32Synapses(network.neurons));
  const int4 = await inSoftware(new LevelSynapses(learnerRanges(model)));
  const after = distributionOf(device.after);
  return {
    trajectories,
    errorBefore: distributionOf(device.before).mean,
    errorAfter: after.mean,
    software: { float32: float32.mean, int4: int4.mean },
    distribution: { device: after, float32, int4 },
    updates: 1,
    devicesUpdated: (pairs / trajectories) * synapses.devicesPerPair,
    pairsUpdated: pairs / trajectories / model.parameters.weights.length,
    copies: synapses.copies,
    multiplications: synapses.multiplications,
  };
}

/** Errors of movements in percent of the reach. */
class Errors {
  readonly before: number[] = [];
  readonly after: number[] = [];

  add({ before, after }: LearnedMovement): void {
    this.before.push((100 * before.error) / REACH);
    this.after.push((100 * after.error) / REACH);
  }
}

function distributionOf(errors: readonly number[]): ErrorDistribution {
  const sorted = [...errors].sort((a, b) => a - b);
  const quantile = (part: number) => sorted[Math.round(part * (sorted.length - 1))];
  return {
    mean: sorted.reduce((sum, error) => sum + error, 0) / sorted.length,
    minimum: quantile(0),
    median: quantile(0.5),
    percentile90: quantile(0.9),
    maximum: quantile(1),
  };
}
