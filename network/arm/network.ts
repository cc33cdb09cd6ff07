import { type TargetCode, targetChannels } from './codes.js';
import type { TimeGrid } from './movement.js';

/** Sizes and constants of the two spiking networks. */
export interface ArmNetwork extends TimeGrid {
  /** Neurons of the learning network: columns of the crossbar. */
  neurons: number;
  /** Clock inputs; the crossbar has neurons + clocks rows. */
  clocks: number;
  /** Neurons of the learning-signal generator. */
  generatorNeurons: number;
  target: TargetCode;
  /** Factor by which a membrane keeps its voltage over a step. */
  leak: number;
  /** The same of the two leaky readouts. */
  readoutLeak: number;
  /** The same of the learning signals. */
  signalLeak: number;
  /** Steps after a spike in which a neuron cannot spike again. */
  refractorySteps: number;
}

/** Factor by which a leaky integrator with `timeConstant` keeps its value over a step. */
export function leakOf(timeConstantSeconds: number, stepSeconds: number): number {
  return Math.exp(-stepSeconds / timeConstantSeconds);
}

/** Rows of the generator's input: target code, clock, spikes of the first trial. */
export function generatorInputs(network: ArmNetwork): number {
  return targetChannels(network.target) + network.clocks + network.neurons;
}

/** Shapes of what is meta-trained, row-major, pre-synaptic side first. */
export function parameterShapes(network: ArmNetwork) {
  const { neurons, clocks, generatorNeurons } = network;
  return {
    /** Initial weights of the learning network as on the crossbar: rows of recurrent spikes, then of the clock. */
    weights: [neurons + clocks, neurons],
    /** From spikes to the joints' velocities, radians a second. */
    readout: [neurons, 2],
    /** Rows as in `generatorInputs`. */
    generatorInput: [generatorInputs(network), generatorNeurons],
    generatorRecurrent: [generatorNeurons, generatorNeurons],
    /** From the generator's spikes to one learning signal a neuron. */
    signals: [generatorNeurons, neurons],
    /** Natural logarithm of the update rate. */
    logRate: [1],
    /** Natural logarithm of the magnitude that the outermost level stands for, a column each. */
    logRange: [neurons],
  } satisfies Record<string, number[]>;
}

/** Name of a meta-trained tensor. */
export type ParameterName = keyof ReturnType<typeof parameterShapes>;
/** The meta-trained tensors, each with the shape that `parameterShapes` gives, row-major. */
export type ArmParameters = Record<ParameterName, Float32Array>;
