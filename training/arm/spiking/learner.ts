import { type ArmNetwork, clockCode } from '../../../network/arm/index.js';
import { Crossbar } from './crossbar.js';
import { Fidelity } from './fidelity.js';
import type { DeviceNoise, NormalPool } from './device-noise.js';
import type { Dynamics, Kernels, Matrix } from './kernels.js';
import { Population } from './population.js';

/** The clock inputs of a network, in the memory of the kernels; the same in all trials. */
export interface ClockInputs {
  /** [steps, clocks] */
  heights: Matrix;
  /** [steps, clocks] */
  squares: Matrix;
}

/** Computes the clock inputs of a network. */
export function clockInputs(kernels: Kernels, network: ArmNetwork): ClockInputs {
  const heights = kernels.matrix(network.steps, network.clocks);
  const squares = kernels.matrix(network.steps, network.clocks);
  heights.data.set(clockCode(network.clocks, network));
  squares.data.set(heights.data.map((height) => height * height));
  return { heights, squares };
}

/** The learning network during one trial: its neurons, and the crossbar with its weights. */
export class Learner extends Population {
  readonly crossbar: Crossbar;
  readonly #on: Kernels;
  readonly #clock: ClockInputs;
  readonly #inputVariance: Matrix;

  constructor(
    kernels: Kernels,
    network: ArmNetwork,
    dynamics: Dynamics,
    clock: ClockInputs,
    noise: DeviceNoise,
  ) {
    super(kernels, network.steps, network.neurons, dynamics);
    this.#on = kernels;
    this.#clock = clock;
    this.crossbar = new Crossbar(kernels, network.neurons + network.clocks, network.neurons, noise);
    this.#inputVariance = kernels.matrix(network.steps, network.neurons);
  }

  /** Runs a trial with the weights in the crossbar; the clock is its only input. */
  run(normals: NormalPool): void {
    const { weights, variance, fidelity } = this.crossbar;
    const clockRows = (matrix: Matrix) => matrix.part(this.neurons, this.#clock.heights.columns);
    this.#on.project(this.#clock.heights, clockRows(weights), this.currents.fill(0));
    if (fidelity !== Fidelity.noisy) {
      this.forward(weights);
      return;
    }
    this.#on.project(this.#clock.squares, clockRows(variance), this.#inputVariance.fill(0));
    this.forward(weights, {
      device: variance,
      current: this.#inputVariance,
      normals: normals.take(this.steps, this.neurons),
    });
  }

  /** Fills the gradient by the weights that act [rows, neurons] from the gradients by the activity. */
  runBack(byWeights: Matrix): void {
    byWeights.fill(0);
    const byCurrents = this.backward(this.crossbar.weights, byWeights);
    this.#on.outer(
      this.#clock.heights,
      byCurrents,
      byWeights.part(this.neurons, this.#clock.heights.columns),
    );
  }
}
