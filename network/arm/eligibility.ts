import { LeakyIntegrators } from './neurons.js';

/**
 * The update of e-prop (Bellec et al. 2020), gathered step by step from what is local to each synapse: the presynaptic
 * trace (its row's input, low-pass filtered as the membrane does), the postsynaptic neuron's pseudo-derivative, and the
 * learning signal of that neuron. Nothing is led back through time or through other neurons.
 */
export class EligibilityUpdate {
  /** [rows, columns] sum over the steps so far of trace times pseudo-derivative times learning signal. */
  readonly sum: Float32Array;
  private readonly traces: LeakyIntegrators;

  constructor(
    rows: number,
    private readonly columns: number,
    leak: number,
  ) {
    this.sum = new Float32Array(rows * columns);
    this.traces = new LeakyIntegrators(rows, leak);
  }

  /** Takes in one step: the rows' inputs that led to it, and the neurons' slopes and learning signals at it. */
  step(inputs: Float32Array, slopes: Float32Array, signals: Float32Array): void {
    const { sum, columns } = this;
    const traces = this.traces.step(inputs);
    const gated = signals.map((signal, j) => signal * slopes[j]);
    for (let i = 0; i < traces.length; i++) {
      const trace = traces[i];
      if (trace === 0) continue;
      const row = i * columns;
      for (let j = 0; j < columns; j++) sum[row + j] += trace * gated[j];
    }
  }
}
