import { targetChannels, targetCode } from './codes.js';
import type { ArmModel } from './model.js';
import { addProduct, LeakyIntegrators, Neurons } from './neurons.js';

/**
 * The learning-signal generator on the host: sees the target movement and the spikes of the learning network.
 */
export class SignalGenerator {
  readonly #model: ArmModel;
  readonly #neurons: Neurons;
  readonly #signals: LeakyIntegrators;
  /** [steps, channels]. */
  readonly #target: Float32Array;
  #step = 0;

  /** `positions`: target path [steps, 2] of the end effector, in metres. */
  constructor(model: ArmModel, positions: Float32Array) {
    const { network } = model.description;
    this.#model = model;
    this.#neurons = new Neurons(network.generatorNeurons, network);
    this.#signals = new LeakyIntegrators(network.neurons, network.signalLeak);
    this.#target = targetCode(positions, network.target, network);
  }

  /**
   * Learning signals [neurons] of the next step, from the clock [clocks] and the learning network's spikes
   * [neurons] at it.
   */
  next(clock: Float32Array, spikes: Float32Array): Float32Array {
    const { generatorInput, generatorRecurrent, signals } = this.#model.parameters;
    const { network } = this.#model.description;
    const channels = targetChannels(network.target);
    const currents = new Float32Array(network.generatorNeurons);
    const target = this.#target.subarray(this.#step * channels, ++this.#step * channels);
    addProduct(target, generatorInput, currents);
    addProduct(clock, generatorInput, currents, channels);
    addProduct(spikes, generatorInput, currents, channels + network.clocks);
    addProduct(this.#neurons.spikes, generatorRecurrent, currents);
    this.#neurons.step(currents);
    const raw = new Float32Array(network.neurons);
    addProduct(this.#neurons.spikes, signals, raw);
    return this.#signals.step(raw);
  }

  /** Spikes [generator neurons] of the last step. */
  get spikes(): Float32Array {
    return this.#neurons.spikes;
  }
}
