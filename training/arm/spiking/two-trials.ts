import type { ArmNetwork, Movement } from '../../../network/arm/index.js';
import { Random } from '../../../network/index.js';
import type { Fidelity } from './fidelity.js';
import { hermesNoise, NormalPool } from './device-noise.js';
import { Generator } from './generator.js';
import { Kernels, type Matrix } from './kernels.js';
import { clockInputs, Learner } from './learner.js';
import { allocateParameters, type ArmMatrices } from './parameters.js';
import { type LossWeights, movementLoss, penaliseRates, readVelocities } from './readout.js';
import { DifferentiableUpdate } from './update.js';

/** Loss and error of a batch of movements. */
export interface BatchResult {
  loss: number;
  /** Mean over the batch of the end effector's root mean square error, in metres. */
  error: number;
  /** Mean rates of the learning network in both trials and of the generator, in hertz. */
  rates: { first: number; second: number; generator: number };
}

/**
 * Forward and back through the first trial, the update, and the second trial, which has its own weights for
 * each target.
 */
export class TwoTrials {
  readonly parameters: ArmMatrices;
  /** Filled by `train`. */
  readonly gradients: ArmMatrices;
  readonly #first: Learner;
  readonly #second: Learner;
  readonly #generator: Generator;
  readonly #update: DifferentiableUpdate;
  readonly #normals: NormalPool;
  /** [rows, neurons] weights stored for the second trial. */
  readonly #updated: Matrix;
  readonly #byWeights: Matrix;
  readonly #network: ArmNetwork;
  readonly #lossWeights: LossWeights;

  constructor(network: ArmNetwork, lossWeights: LossWeights, { smooth = false, seed = 1 } = {}) {
    this.#network = network;
    this.#lossWeights = lossWeights;
    const kernels = new Kernels();
    const { neurons, clocks } = network;
    const dynamics = { leak: network.leak, refractorySteps: network.refractorySteps, smooth };
    const clock = clockInputs(kernels, network);
    const noise = hermesNoise();
    this.parameters = allocateParameters(kernels, network);
    this.gradients = allocateParameters(kernels, network);
    this.#first = new Learner(kernels, network, dynamics, clock, noise);
    this.#second = new Learner(kernels, network, dynamics, clock, noise);
    const { parameters, gradients } = this;
    this.#generator = new Generator(kernels, { network, dynamics, clock, parameters, gradients });
    this.#update = new DifferentiableUpdate(kernels, network, clock.heights);
    this.#updated = kernels.matrix(neurons + clocks, neurons);
    this.#byWeights = kernels.matrix(neurons + clocks, neurons);
    this.#normals = new NormalPool(kernels, new Random(seed));
  }

  /** Sets how close both trials are to the chip from now on, and the random stream of its noise. */
  setChip(fidelity: Fidelity, random: Random): void {
    this.#first.crossbar.fidelity = fidelity;
    this.#second.crossbar.fidelity = fidelity;
    this.#normals.random = random;
  }

  /** Computes the loss of a batch of target movements, and fills `gradients`. */
  train(targets: readonly Movement[]): BatchResult {
    for (const gradient of Object.values(this.gradients)) gradient.fill(0);
    const share = 1 / targets.length;
    const result = this.evaluate(targets, (byReadout) => this.#back(byReadout, share));
    result.loss += this.#firstTrialBack();
    return result;
  }

  /**
   * Computes the loss forward only. `onTarget` is called after each target with the gradient [steps, 2] by
   * the readouts' input currents; what it returns is added to the loss.
   */
  evaluate(
    targets: readonly Movement[],
    onTarget: (byReadout: Float64Array) => number = () => 0,
  ): BatchResult {
    const share = 1 / targets.length;
    const hertz = 1 / this.#network.stepSeconds;
    this.#firstTrial();
    const result = {
      loss: 0,
      error: 0,
      rates: { first: hertz * this.#first.meanRate(), second: 0, generator: 0 },
    };
    for (const target of targets) {
      this.#generator.generate(target.positions);
      this.#learn();
      const { spikes } = this.#second.activity;
      const velocities = readVelocities(spikes.data, this.parameters.readout.data, this.#network);
      const { loss, squaredError, gradient } = movementLoss(
        velocities,
        target,
        this.#network,
        this.#lossWeights,
      );
      result.loss += share * loss + onTarget(gradient);
      result.error += share * Math.sqrt(squaredError);
      result.rates.second += share * hertz * this.#second.meanRate();
      result.rates.generator += share * hertz * this.#generator.meanRate();
    }
    return result;
  }

  #firstTrial(): void {
    const { weights, logRange } = this.parameters;
    this.#first.crossbar.program(weights.data, logRange.data, this.#normals);
    this.#first.run(this.#normals);
    this.#generator.watch(this.#first.activity.spikes);
    this.#update.watch(this.#first.activity);
  }

  /** The update, and then the second trial with it. */
  #learn(): void {
    const { weights, logRange, logRate } = this.parameters;
    this.#update.accumulate(this.#generator.signals, this.#first.activity.slopes);
    const rate = Math.exp(logRate.data[0]);
    const initial = weights.data;
    const sum = this.#update.sum.data;
    const updated = this.#updated.data;
    for (let i = 0; i < updated.length; i++) updated[i] = initial[i] - rate * sum[i];
    this.#second.crossbar.program(updated, logRange.data, this.#normals, this.#first.crossbar);
    this.#second.run(this.#normals);
  }

  /**
   * From the readouts' input currents back to initial weights, rate and generator. Returns the penalty of
   * rates.
   */
  #back(byReadoutCurrents: Float64Array, share: number): number {
    let penalty = this.#readoutBack(byReadoutCurrents, share);
    this.#second.runBack(this.#byWeights);
    this.#learnBack();
    const bySignals = this.#update.accumulateBack(
      this.#byWeights,
      this.#generator.signals,
      this.#first.activity.slopes,
    );
    this.#generator.generateBack(bySignals, (spikes, bySpikes) => {
      penalty += this.#penalise(spikes, bySpikes, this.#generator.neurons, share);
    });
    return penalty;
  }

  #readoutBack(byReadoutCurrents: Float64Array, share: number): number {
    const { steps, neurons } = this.#network;
    const spikes = this.#second.activity.spikes.data;
    const bySpikes = this.#second.gradient.bySpikes.data;
    const readout = this.parameters.readout.data;
    const byReadout = this.gradients.readout.data;
    for (let t = 0, i = 0; t < steps; t++) {
      const first = share * byReadoutCurrents[2 * t];
      const second = share * byReadoutCurrents[2 * t + 1];
      for (let j = 0; j < neurons; j++, i++) {
        bySpikes[i] = first * readout[2 * j] + second * readout[2 * j + 1];
        if (spikes[i] === 0) continue;
        byReadout[2 * j] += first * spikes[i];
        byReadout[2 * j + 1] += second * spikes[i];
      }
    }
    return this.#penalise(spikes, bySpikes, neurons, share);
  }

  /**
   * Turns `byWeights` from the gradient by the second trial's acting weights into the one by the update's
   * sum.
   */
  #learnBack(): void {
    const byWeights = this.#byWeights.data;
    this.#second.crossbar.backward(this.#updated.data, byWeights, this.gradients.logRange.data);
    const sum = this.#update.sum.data;
    const byInitial = this.gradients.weights.data;
    const rate = Math.exp(this.parameters.logRate.data[0]);
    let byLogRate = 0;
    for (let i = 0; i < byWeights.length; i++) {
      byInitial[i] += byWeights[i];
      byWeights[i] *= -rate;
      byLogRate += byWeights[i] * sum[i];
    }
    this.gradients.logRate.data[0] += byLogRate;
  }

  #firstTrialBack(): number {
    const { activity, gradient, crossbar, neurons } = this.#first;
    const { bySpikes, byVoltages } = gradient;
    this.#generator.watchBack(activity.spikes, activity.slopes, bySpikes.fill(0));
    this.#update.watchBack(activity, bySpikes, byVoltages);
    const penalty = this.#penalise(activity.spikes.data, bySpikes.data, neurons, 1);
    this.#first.runBack(this.#byWeights);
    const byWeights = this.#byWeights.data;
    crossbar.backward(this.parameters.weights.data, byWeights, this.gradients.logRange.data);
    const sum = this.gradients.weights.data;
    for (let i = 0; i < sum.length; i++) sum[i] += byWeights[i];
    return penalty;
  }

  #penalise(spikes: Float32Array, bySpikes: Float32Array, neurons: number, share: number): number {
    const { stepSeconds } = this.#network;
    return penaliseRates(spikes, bySpikes, { neurons, stepSeconds, weights: this.#lossWeights, share });
  }
}
