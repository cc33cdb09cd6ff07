import { MAX_LEVEL, toLevel } from '../levels/levels.js';
import { addProduct } from './neurons.js';
import type { ArmModel } from './model.js';

/**
 * The weights of the learning network, [neurons + clocks, neurons], wherever they are held and multiplied.
 */
export interface Synapses {
  /** Stores weights. Returns the pairs (row * neurons + column) that this changed. */
  store(weights: Float32Array): Promise<number[]>;
  /** Currents [neurons] for the rows' inputs, each 0 to 1. */
  multiply(inputs: Float32Array): Promise<Float32Array>;
}

/** Magnitude [neurons] that the outermost level of each column stands for. */
export function learnerRanges({ parameters }: ArmModel): Float32Array {
  return parameters.logRange.map((value) => Math.exp(value));
}

/** Synapses in software, at full precision. */
export class Float32Synapses implements Synapses {
  #weights = new Float32Array(0);
  readonly #columns: number;

  /** `columns`: number of neurons. */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Changes the pairs whose weight differs. */
  store(weights: Float32Array): Promise<number[]> {
    const changed: number[] = [];
    weights.forEach((weight, i) => {
      if (weight !== this.#weights[i]) changed.push(i);
    });
    this.#weights = weights.slice();
    return Promise.resolve(changed);
  }

  /** The exact product. */
  multiply(inputs: Float32Array): Promise<Float32Array> {
    const currents = new Float32Array(this.#columns);
    addProduct(inputs, this.#weights, currents);
    return Promise.resolve(currents);
  }
}

/** Synapses in software with the levels of the chip and exact products. */
export class LevelSynapses extends Float32Synapses {
  readonly #ranges: Float32Array;

  /** `ranges`: magnitude [neurons] of the outermost level of each column. */
  constructor(ranges: Float32Array) {
    super(ranges.length);
    this.#ranges = ranges;
  }

  override store(weights: Float32Array): Promise<number[]> {
    const ranges = this.#ranges;
    return super.store(
      weights.map((weight, i) => {
        const range = ranges[i % ranges.length];
        return (toLevel(weight, range) * range) / MAX_LEVEL;
      }),
    );
  }
}
