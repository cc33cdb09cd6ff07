/** Height of the pseudo-derivative (Bellec et al. 2020). */
const DAMPING = 0.3;

/** Constants of neurons. */
export interface NeuronDynamics {
  /** Factor by which a membrane keeps its voltage over a step. */
  leak: number;
  /** Steps after a spike in which a neuron cannot spike again. */
  refractorySteps: number;
}

/**
 * Leaky integrate-and-fire neurons with threshold 1 and soft reset:
 * v[t] = leak v[t-1] + current[t] - z[t-1], z[t] = 1 if v[t] > 1 and the neuron is not refractory.
 */
export class Neurons {
  /** [count] of the last step. */
  readonly voltages: Float32Array;
  /** [count] of the last step, 0 or 1. */
  readonly spikes: Float32Array;
  /**
   * Pseudo-derivative of the spikes by the voltages at the last step: 0.3 max(0, 1 - |v - 1|), 0 while
   * refractory.
   */
  readonly slopes: Float32Array;
  /** [count] steps until a neuron can spike again. */
  readonly #waiting: Uint32Array;
  readonly #dynamics: NeuronDynamics;

  constructor(
    readonly count: number,
    dynamics: NeuronDynamics,
  ) {
    this.#dynamics = dynamics;
    this.voltages = new Float32Array(count);
    this.spikes = new Float32Array(count);
    this.slopes = new Float32Array(count);
    this.#waiting = new Uint32Array(count);
  }

  /** One step with the input currents [count], recurrent ones included. */
  step(currents: Float32Array): void {
    const { voltages, spikes, slopes } = this;
    const waiting = this.#waiting;
    const { leak, refractorySteps } = this.#dynamics;
    for (let j = 0; j < this.count; j++) {
      voltages[j] = leak * voltages[j] + currents[j] - spikes[j];
      const distance = voltages[j] - 1;
      const free = waiting[j] === 0;
      spikes[j] = free && distance > 0 ? 1 : 0;
      slopes[j] = free ? DAMPING * Math.max(0, 1 - Math.abs(distance)) : 0;
      if (spikes[j] === 1) waiting[j] = refractorySteps;
      else if (!free) waiting[j]--;
    }
  }
}

/** A leaky integrator for each channel: y[t] = leak y[t-1] + x[t]. */
export class LeakyIntegrators {
  /** [count] of the last step. */
  readonly values: Float32Array;
  readonly #leak: number;

  constructor(count: number, leak: number) {
    this.#leak = leak;
    this.values = new Float32Array(count);
  }

  /** One step with inputs [count]. Returns `values`. */
  step(inputs: Float32Array): Float32Array {
    const { values } = this;
    const leak = this.#leak;
    for (let i = 0; i < values.length; i++) values[i] = leak * values[i] + inputs[i];
    return values;
  }
}

/**
 * out += inputs x weights [rows, columns], one row for each input from `firstRow` on; inputs of zero cost
 * nothing.
 */
export function addProduct(
  inputs: Float32Array,
  weights: Float32Array,
  out: Float32Array,
  firstRow = 0,
): void {
  const columns = out.length;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input === 0) continue;
    const row = (firstRow + i) * columns;
    for (let j = 0; j < columns; j++) out[j] += input * weights[row + j];
  }
}
