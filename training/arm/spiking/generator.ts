import { type ArmNetwork, targetChannels, targetCode } from '../../../network/arm/index.js';
import type { Dynamics, Kernels, Matrix } from './kernels.js';
import type { ClockInputs } from './learner.js';
import { Population } from './population.js';
import type { ArmMatrices } from './parameters.js';

/** What a generator works with. */
export interface GeneratorParts {
  network: ArmNetwork;
  dynamics: Dynamics;
  clock: ClockInputs;
  parameters: ArmMatrices;
  /** Gradients by the parameters, to which the generator adds. */
  gradients: ArmMatrices;
}

/**
 * The learning-signal generator: sees a target and the first trial, and gives each neuron a learning signal
 * at each step.
 */
export class Generator extends Population {
  /** [steps, learning neurons] */
  readonly signals: Matrix;
  readonly #on: Kernels;
  readonly #network: ArmNetwork;
  readonly #clock: ClockInputs;
  readonly #parameters: ArmMatrices;
  readonly #gradients: ArmMatrices;
  readonly #target: Matrix;
  readonly #shared: Matrix;
  readonly #sharedGradient: Matrix;
  readonly #scratch: Matrix;

  constructor(kernels: Kernels, { network, dynamics, clock, parameters, gradients }: GeneratorParts) {
    super(kernels, network.steps, network.generatorNeurons, dynamics);
    this.#on = kernels;
    this.#network = network;
    this.#clock = clock;
    this.#parameters = parameters;
    this.#gradients = gradients;
    this.signals = kernels.matrix(network.steps, network.neurons);
    this.#scratch = kernels.matrix(network.steps, network.neurons);
    this.#target = kernels.matrix(network.steps, targetChannels(network.target));
    this.#shared = kernels.matrix(network.steps, network.generatorNeurons);
    this.#sharedGradient = kernels.matrix(network.steps, network.generatorNeurons);
  }

  /**
   * Takes the inputs that are the same for all targets: the clock, and the learning network's spikes in the
   * first trial.
   */
  watch(firstTrial: Matrix): void {
    const { clockRows, spikeRows } = this.#inputParts(this.#parameters);
    this.#on.project(this.#clock.heights, clockRows, this.#shared.fill(0));
    this.#on.project(firstTrial, spikeRows, this.#shared);
    this.#sharedGradient.fill(0);
  }

  /** Fills `signals` for a target's path [steps, 2]. */
  generate(positions: Float32Array): void {
    this.#target.data.set(targetCode(positions, this.#network.target, this.#network));
    this.currents.data.set(this.#shared.data);
    this.#on.project(this.#target, this.#inputParts(this.#parameters).targetRows, this.currents);
    const { spikes } = this.forward(this.#parameters.generatorRecurrent);
    this.#on.project(spikes, this.#parameters.signals, this.#scratch.fill(0));
    this.#on.filter(this.#scratch, this.#network.signalLeak, this.signals);
  }

  /**
   * Back through `generate`, from the gradient by the signals. `regularise` adds to the gradient by the
   * spikes.
   */
  generateBack(bySignals: Matrix, regularise: (spikes: Float32Array, bySpikes: Float32Array) => void): void {
    const { spikes, slopes } = this.activity;
    const { bySpikes } = this.gradient;
    this.#on.filterBack(bySignals, this.#network.signalLeak, this.#scratch);
    this.#on.outer(spikes, this.#scratch, this.#gradients.signals);
    this.#on.projectBack(this.#scratch, this.#parameters.signals, slopes, bySpikes.fill(0));
    regularise(spikes.data, bySpikes.data);
    const byCurrents = this.backward(this.#parameters.generatorRecurrent, this.#gradients.generatorRecurrent);
    this.#on.outer(this.#target, byCurrents, this.#inputParts(this.#gradients).targetRows);
    const sum = this.#sharedGradient.data;
    const addend = byCurrents.data;
    for (let i = 0; i < sum.length; i++) sum[i] += addend[i];
  }

  /**
   * Back through `watch`, after all targets. Adds the gradient by the first trial's spikes wherever `mask` is
   * not 0.
   */
  watchBack(firstTrial: Matrix, mask: Matrix, bySpikes: Matrix): void {
    const by = this.#inputParts(this.#gradients);
    this.#on.outer(this.#clock.heights, this.#sharedGradient, by.clockRows);
    this.#on.outer(firstTrial, this.#sharedGradient, by.spikeRows);
    this.#on.projectBack(this.#sharedGradient, this.#inputParts(this.#parameters).spikeRows, mask, bySpikes);
  }

  #inputParts({ generatorInput }: ArmMatrices) {
    const { clocks, neurons, target } = this.#network;
    const channels = targetChannels(target);
    return {
      targetRows: generatorInput.part(0, channels),
      clockRows: generatorInput.part(channels, clocks),
      spikeRows: generatorInput.part(channels + clocks, neurons),
    };
  }
}
