import type { Activity, ActivityGradient, CurrentNoise, Dynamics, Kernels, Matrix } from './kernels.js';

/** A population of leaky integrate-and-fire neurons, with the buffers of one run and of its gradient. */
export class Population {
  readonly activity: Activity;
  /** The caller fills `bySpikes` before `backward`, and may fill `byVoltages`, which is zero by default. */
  readonly gradient: ActivityGradient;
  /** [steps, neurons] input currents; the caller fills them before `forward`. */
  readonly currents: Matrix;
  readonly #counters: Matrix;
  readonly #kernels: Kernels;
  readonly #dynamics: Dynamics;

  constructor(
    kernels: Kernels,
    readonly steps: number,
    readonly neurons: number,
    dynamics: Dynamics,
  ) {
    this.#kernels = kernels;
    this.#dynamics = dynamics;
    const matrix = () => kernels.matrix(steps, neurons);
    this.activity = { voltages: matrix(), spikes: matrix(), slopes: matrix() };
    this.gradient = { bySpikes: matrix(), byVoltages: matrix(), byCurrents: matrix() };
    this.currents = matrix();
    this.#counters = kernels.matrix(1, neurons);
  }

  /**
   * Runs all steps with the recurrent weights [neurons, neurons]; noise, if any, is added to the currents.
   */
  forward(weights: Matrix, noise?: CurrentNoise): Activity {
    const { currents, activity } = this;
    this.#kernels.spike(this.#dynamics, weights, { currents, counters: this.#counters, activity }, noise);
    return this.activity;
  }

  /** Gradient by the currents; adds the gradient by the recurrent weights to `byWeights`. */
  backward(weights: Matrix, byWeights: Matrix): Matrix {
    this.#kernels.spikeBack(this.#dynamics, weights, this.activity, this.gradient, byWeights);
    return this.gradient.byCurrents;
  }

  /** Mean number of spikes per neuron and step. */
  meanRate(): number {
    let spikes = 0;
    for (const spike of this.activity.spikes.data) spikes += spike;
    return spikes / (this.neurons * this.steps);
  }
}
