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
  /** The same for the two leaky readouts. */
  readoutLeak: number;
  /** The same for the learning signals. */
  signalLeak: number;
  /** Steps after a spike in which a neuron cannot spike again. */
  refractorySteps: number;
}

/** Factor by which a leaky integrator with this time constant keeps its value over a step. */
export function leakOf(timeConstantSeconds: number, stepSeconds: number): number {
  return Math.exp(-stepSeconds / timeConstantSeconds);
}

/** Number of the generator's inputs: target code, clock, spikes of the first trial. */
export function generatorInputs(network: ArmNetwork): number {
  return targetChannels(network.target) + network.clocks + network.neurons;
}

/** Shapes of the meta-trained parameters, row-major, pre-synaptic side first. */
export function parameterShapes(network: ArmNetwork) {
  const { neurons, clocks, generatorNeurons } = network;
  return {
    /**
     * Initial weights of the learning network as on the crossbar: rows of recurrent spikes, then of the
     * clock.
     */
    weights: [neurons + clocks, neurons],
    /** From spikes to the joints' velocities, in radians per second. */
    readout: [neurons, 2],
    /** Rows as in `generatorInputs`. */
    generatorInput: [generatorInputs(network), generatorNeurons],
    generatorRecurrent: [generatorNeurons, generatorNeurons],
    /** From the generator's spikes to one learning signal for each neuron. */
    signals: [generatorNeurons, neurons],
    /** Natural logarithm of the update rate. */
    logRate: [1],
    /** Natural logarithm of the magnitude that the outermost level stands for, for each column. */
    logRange: [neurons],
  } satisfies Record<string, number[]>;
}

/** Name of a meta-trained parameter. */
export type ParameterName = keyof ReturnType<typeof parameterShapes>;
/** The meta-trained parameters, in the shapes of `parameterShapes`. */
export type ArmParameters = Record<ParameterName, Float32Array>;
