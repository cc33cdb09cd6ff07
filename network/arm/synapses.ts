import { MAX_LEVEL, toLevel } from '../levels/levels.js';
import { addProduct } from './neurons.js';
import type { ArmModel } from './model.js';

/** Where the weights of the learning network live: a matrix [neurons + clocks, neurons] that multiplies. */
export interface Synapses {
  /** Stores weights. Returns the pairs (row * neurons + column) that were changed for it. */
  store(weights: Float32Array): Promise<number[]>;
  /** Currents [neurons] for the rows' inputs, each 0 to 1. */
  multiply(inputs: Float32Array): Promise<Float32Array>;
}

/** Magnitude that the outermost level of each column stands for. */
export function learnerRanges({ parameters }: ArmModel): Float32Array {
  return parameters.logRange.map((value) => Math.exp(value));
}

/** Synapses in software, at full precision. */
export class Float32Synapses implements Synapses {
  protected weights: Float32Array;

  constructor(private readonly columns: number) {
    this.weights = new Float32Array(0);
  }

  store(weights: Float32Array): Promise<number[]> {
    const changed: number[] = [];
    weights.forEach((weight, i) => {
      if (weight !== this.weights[i]) changed.push(i);
    });
    this.weights = weights.slice();
    return Promise.resolve(changed);
  }

  multiply(inputs: Float32Array): Promise<Float32Array> {
    const currents = new Float32Array(this.columns);
    addProduct(inputs, this.weights, currents);
    return Promise.resolve(currents);
  }
}

/** Synapses in software with the levels of the chip, but exact. */
export class LevelSynapses extends Float32Synapses {
  constructor(private readonly ranges: Float32Array) {
    super(ranges.length);
  }

  override store(weights: Float32Array): Promise<number[]> {
    const { ranges } = this;
    return super.store(
      weights.map((weight, i) => {
        const range = ranges[i % ranges.length];
        return (toLevel(weight, range) * range) / MAX_LEVEL;
      }),
    );
  }
}
