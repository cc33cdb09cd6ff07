import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { openBoard } from '../../boards/index.js';
import { BoardSynapses } from '../../runtime/arm/board-synapses.js';
import { clockCode } from '../../network/arm/codes.js';
import { learnMovement } from '../../network/arm/learn.js';
import type { ArmModel } from '../../network/arm/model.js';
import { bundledModels, loadArmModel } from '../../network/node/index.js';
import { drawMovement, MovementSet } from '../../network/arm/movement.js';
import { Random } from '../../network/numerics/random.js';
import { startEmulator } from '../../testing/index.js';
import { armNetwork, lossWeights } from '../../training/arm/train-arm.js';
import { Fidelity } from '../../training/arm/spiking/fidelity.js';
import { drawParameters } from '../../training/arm/spiking/parameters.js';
import { TwoTrials } from '../../training/arm/spiking/two-trials.js';
import { type Figure, interleave, median } from '../fixtures/measure.js';

/** Movements of a batch. */
const BATCH = 16;

/** Meta-training against a part of it in TensorFlow.js, and learning a movement on a board. */
export async function benchArm(): Promise<Figure[]> {
  const trials = new TwoTrials(armNetwork, lossWeights);
  drawParameters(trials.parameters, armNetwork, new Random(1));
  trials.setChip(Fidelity.noisy, new Random(1));
  const targets = Array.from({ length: BATCH }, (_, index) =>
    drawMovement(MovementSet.training, 1, index, armNetwork),
  );
  const weights = trials.parameters.weights.data.slice();
  await tf.setBackend('wasm');
  const training = await interleave(
    { kernels: () => trials.train(targets), tensorFlow: () => secondTrial(weights) },
    8,
  );
  const model = await loadArmModel(bundledModels.arm);
  const embedded = await learningTime('emulator:hermes?seed=1', model);
  await using emulator = await startEmulator();
  const linked = await learningTime(emulator.url, model);
  return [
    {
      name: 'training: iteration of 16 movements, forward and back',
      value: median(training.kernels),
      unit: 'ms',
    },
    {
      name: 'TensorFlow.js (WASM): their second trials, forward only',
      value: median(training.tensorFlow),
      unit: 'ms',
    },
    {
      name: 'movement learned on the embedded emulator, 500 steps',
      value: embedded,
      unit: 'ms',
      target: { atMost: 1000 },
    },
    { name: 'the same over tcp', value: linked, unit: 'ms', target: { atMost: 3000 } },
  ];
}

/** The second trial of a BATCH, in which each movement has its own weights, as tensor operations. */
function secondTrial(weights: Float32Array): void {
  const { steps, neurons, clocks, leak } = armNetwork;
  tf.tidy(() => {
    const clock = tf.tensor3d(clockCode(clocks, armNetwork), [steps, 1, clocks]);
    const matrix = tf.tile(tf.tensor3d(weights, [1, neurons + clocks, neurons]), [BATCH, 1, 1]);
    let voltages = tf.zeros([BATCH, 1, neurons]);
    let spikes = tf.zeros([BATCH, 1, neurons]);
    for (let t = 0; t < steps; t++) {
      const heights = tf.tile(tf.slice(clock, [t, 0, 0], [1, 1, clocks]), [BATCH, 1, 1]);
      const currents = tf.matMul(tf.concat([spikes, heights], 2), matrix);
      voltages = tf.sub(tf.add(tf.mul(leak, voltages), currents), spikes);
      spikes = tf.cast(tf.greater(voltages, 1), 'float32');
    }
    spikes.dataSync();
  });
}

/** Time to learn a movement (a trial, the update, another trial), in milliseconds. */
async function learningTime(address: string, model: ArmModel): Promise<number> {
  await using board = await openBoard(address);
  const { synapses } = await BoardSynapses.open(board, model);
  const { network } = model.description;
  let index = 0;
  const learn = () => learnMovement(model, synapses, drawMovement(MovementSet.test, 1, index++, network));
  const { movement } = await interleave({ movement: learn }, 8);
  return median(movement);
}
