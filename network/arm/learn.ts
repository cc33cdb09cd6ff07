import { clockCode } from './codes.js';
import { EligibilityUpdate } from './eligibility.js';
import { SignalGenerator } from './generator.js';
import type { ArmModel } from './model.js';
import { type Movement, follow, pathError } from './movement.js';
import { addProduct, LeakyIntegrators, Neurons } from './neurons.js';
import type { Synapses } from './synapses.js';

/** One trial of the learning network. */
export interface Trial {
  movement: Movement;
  /** Root mean square distance of the end effector from its target, in metres. */
  error: number;
  /** [steps, neurons] 0 or 1. */
  spikes: Uint8Array;
}

/** Record of a movement that was learned. */
export interface LearnedMovement {
  target: Movement;
  before: Trial;
  after: Trial;
  /** [steps, neurons] learning signals of the first trial. */
  signals: Float32Array;
  /** [steps, generator neurons] 0 or 1. */
  generatorSpikes: Uint8Array;
  /** Pairs (row * neurons + column) that the one update changed. */
  changedPairs: number[];
}

/**
 * Draws a target once, updates the weights once, and draws it again.
 * Errors: those of `synapses`; the signal's reason if it was aborted.
 */
export async function learnMovement(
  model: ArmModel,
  synapses: Synapses,
  target: Movement,
  signal?: AbortSignal,
): Promise<LearnedMovement> {
  const { network } = model.description;
  const { steps, neurons, clocks, generatorNeurons } = network;
  const { weights, logRate } = model.parameters;
  await synapses.store(weights);
  const generator = new SignalGenerator(model, target.positions);
  const update = new EligibilityUpdate(neurons + clocks, neurons, network.leak);
  const signals = new Float32Array(steps * neurons);
  const generatorSpikes = new Uint8Array(steps * generatorNeurons);
  const before = await runTrial(model, synapses, target, signal, (t, inputs, { spikes, slopes }) => {
    const learningSignals = generator.next(inputs.subarray(neurons), spikes);
    update.step(inputs, slopes, learningSignals);
    signals.set(learningSignals, t * neurons);
    generatorSpikes.set(generator.spikes, t * generatorNeurons);
  });
  const rate = Math.exp(logRate[0]);
  const changedPairs = await synapses.store(weights.map((weight, i) => weight - rate * update.sum[i]));
  const after = await runTrial(model, synapses, target, signal);
  return { target, before, after, signals, generatorSpikes, changedPairs };
}

/**
 * Runs the learning network on the clock alone, with one multiplication in each step, and follows the arm.
 */
async function runTrial(
  { description: { network }, parameters: { readout } }: ArmModel,
  synapses: Synapses,
  target: Movement,
  signal?: AbortSignal,
  onStep?: (step: number, inputs: Float32Array, neurons: Neurons) => void,
): Promise<Trial> {
  const { steps, clocks, stepSeconds } = network;
  const clock = clockCode(clocks, network);
  const neurons = new Neurons(network.neurons, network);
  const joints = new LeakyIntegrators(2, network.readoutLeak);
  const velocities = new Float32Array(2 * steps);
  const spikes = new Uint8Array(steps * network.neurons);
  for (let t = 0; t < steps; t++) {
    signal?.throwIfAborted();
    const inputs = new Float32Array(network.neurons + clocks);
    inputs.set(neurons.spikes);
    inputs.set(clock.subarray(t * clocks, (t + 1) * clocks), network.neurons);
    neurons.step(await synapses.multiply(inputs));
    spikes.set(neurons.spikes, t * network.neurons);
    const drive = new Float32Array(2);
    addProduct(neurons.spikes, readout, drive);
    velocities.set(joints.step(drive), 2 * t);
    onStep?.(t, inputs, neurons);
  }
  const movement = follow(velocities, stepSeconds);
  return { movement, error: pathError(movement.positions, target.positions), spikes };
}
