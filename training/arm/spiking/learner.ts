import { type ArmNetwork, clockCode } from '../../../network/arm/index.js';
import { Crossbar, Precision } from './crossbar.js';
import type { DeviceNoise, NormalPool } from './device-noise.js';
import type { Dynamics, Kernels, Matrix } from './kernels.js';
import { Population } from './population.js';

/** The clock of a network, in the memory of the kernels; the same in all trials. */
export interface Clock {
  /** [steps, clocks] */
  heights: Matrix;
  squares: Matrix;
}

export function makeClock(kernels: Kernels, network: ArmNetwork): Clock {
  const heights = kernels.matrix(network.steps, network.clocks);
  const squares = kernels.matrix(network.steps, network.clocks);
  heights.data.set(clockCode(network.clocks, network));
  squares.data.set(heights.data.map((height) => height * height));
  return { heights, squares };
}

/** The learning network during one trial: its neurons and the crossbar with its weights. */
export class Learner extends Population {
  readonly crossbar: Crossbar;
  private readonly inputVariance: Matrix;

  constructor(
    private readonly on: Kernels,
    network: ArmNetwork,
    dynamics: Dynamics,
    private readonly clock: Clock,
    noise: DeviceNoise,
  ) {
    super(on, network.steps, network.neurons, dynamics);
    this.crossbar = new Crossbar(on, network.neurons + network.clocks, network.neurons, noise);
    this.inputVariance = on.matrix(network.steps, network.neurons);
  }

  /** Runs a trial on the clock alone with what the crossbar holds. */
  run(normals: NormalPool): void {
    const { weights, variance, precision } = this.crossbar;
    const clockRows = (matrix: Matrix) => matrix.part(this.neurons, this.clock.heights.columns);
    this.on.project(this.clock.heights, clockRows(weights), this.currents.fill(0));
    if (precision !== Precision.noisy) {
      this.forward(weights);
      return;
    }
    this.on.project(this.clock.squares, clockRows(variance), this.inputVariance.fill(0));
    this.forward(weights, {
      device: variance,
      current: this.inputVariance,
      normals: normals.take(this.steps, this.neurons),
    });
  }

  /** From the gradients of the activity to that of the weights that act [rows, neurons], which it fills. */
  runBack(byWeights: Matrix): void {
    byWeights.fill(0);
    const byCurrents = this.backward(this.crossbar.weights, byWeights);
    this.on.outer(this.clock.heights, byCurrents, byWeights.part(this.neurons, this.clock.heights.columns));
  }
}
