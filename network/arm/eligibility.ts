import { LeakyIntegrators } from './neurons.js';

/**
 * The update of e-prop (Bellec et al. 2020), gathered step by step from quantities that are local to each
 * synapse: the presynaptic trace (its row's input, low-pass filtered as by the membrane), the postsynaptic
 * neuron's pseudo-derivative, and the learning signal of that neuron. Nothing is propagated back through time
 * or through other neurons.
 */
export class EligibilityUpdate {
  /** [rows, columns] sum over the steps so far of trace times pseudo-derivative times learning signal. */
  readonly sum: Float32Array;
  readonly #traces: LeakyIntegrators;
  readonly #columns: number;

  /** `leak`: factor by which a trace keeps its value over a step. */
  constructor(rows: number, columns: number, leak: number) {
    this.sum = new Float32Array(rows * columns);
    this.#columns = columns;
    this.#traces = new LeakyIntegrators(rows, leak);
  }

  /**
   * Adds one step: inputs [rows] that led to it, and slopes and learning signals [columns] of the neurons at
   * it.
   */
  step(inputs: Float32Array, slopes: Float32Array, signals: Float32Array): void {
    const { sum } = this;
    const columns = this.#columns;
    const traces = this.#traces.step(inputs);
    const gated = signals.map((signal, j) => signal * slopes[j]);
    for (let i = 0; i < traces.length; i++) {
      const trace = traces[i];
      if (trace === 0) continue;
      const row = i * columns;
      for (let j = 0; j < columns; j++) sum[row + j] += trace * gated[j];
    }
  }
}
