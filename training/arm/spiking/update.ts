import type { ArmNetwork } from '../../../network/arm/index.js';
import type { Activity, Kernels, Matrix } from './kernels.js';

/**
 * The one update of natural e-prop, with a backward pass. The change of a weight is minus the rate times the
 * sum over time of presynaptic trace, postsynaptic pseudo-derivative and learning signal. The trace is a
 * low-pass filter of the row's input. Filtering the other factor backward in time instead gives the same sum,
 * over spikes only.
 */
export class DifferentiableUpdate {
  /** [rows, neurons] sum over time, before the rate. */
  readonly sum: Matrix;
  /**
   * [steps, rows] inputs of the crossbar's rows in the first trial: the spikes of the step before, and the
   * clock.
   */
  readonly #rows: Matrix;
  /** [steps, rows] not 0 wherever a gradient by the rows is needed. */
  readonly #mask: Matrix;
  readonly #byRows: Matrix;
  readonly #bySlopes: Matrix;
  readonly #scratch: Matrix;
  readonly #filtered: Matrix;
  readonly #kernels: Kernels;
  readonly #network: ArmNetwork;
  /** [steps, clocks] */
  readonly #clock: Matrix;

  constructor(kernels: Kernels, network: ArmNetwork, clock: Matrix) {
    this.#kernels = kernels;
    this.#network = network;
    this.#clock = clock;
    const { steps, neurons, clocks } = network;
    this.sum = kernels.matrix(neurons + clocks, neurons);
    this.#rows = kernels.matrix(steps, neurons + clocks);
    this.#mask = kernels.matrix(steps, neurons + clocks);
    this.#byRows = kernels.matrix(steps, neurons + clocks);
    this.#bySlopes = kernels.matrix(steps, neurons);
    this.#scratch = kernels.matrix(steps, neurons);
    this.#filtered = kernels.matrix(steps, neurons);
  }

  /** Takes the first trial, which is the same for all targets. */
  watch({ spikes, slopes }: Activity): void {
    const { steps, neurons, clocks } = this.#network;
    const rows = this.#rows.data;
    const mask = this.#mask.data;
    const width = neurons + clocks;
    for (let t = 0; t < steps; t++) {
      rows.set(this.#clock.data.subarray(t * clocks, (t + 1) * clocks), t * width + neurons);
      if (t === 0) continue;
      rows.set(spikes.data.subarray((t - 1) * neurons, t * neurons), t * width);
      mask.set(slopes.data.subarray((t - 1) * neurons, t * neurons), t * width);
    }
    this.#byRows.fill(0);
    this.#bySlopes.fill(0);
  }

  /** Fills `sum` from learning signals [steps, neurons]. */
  accumulate(signals: Matrix, slopes: Matrix): void {
    const gated = this.#scratch.data;
    const signal = signals.data;
    const slope = slopes.data;
    for (let i = 0; i < gated.length; i++) gated[i] = signal[i] * slope[i];
    this.#kernels.filterBack(this.#scratch, this.#network.leak, this.#filtered);
    this.#kernels.outer(this.#rows, this.#filtered, this.sum.fill(0));
  }

  /**
   * Back through `accumulate`: returns the gradient [steps, neurons] by the learning signals, from the
   * gradient by `sum`.
   */
  accumulateBack(bySum: Matrix, signals: Matrix, slopes: Matrix): Matrix {
    this.#kernels.projectBack(this.#filtered, bySum, this.#mask, this.#byRows);
    this.#kernels.project(this.#rows, bySum, this.#filtered.fill(0));
    this.#kernels.filter(this.#filtered, this.#network.leak, this.#scratch);
    const byGated = this.#scratch.data;
    const signal = signals.data;
    const slope = slopes.data;
    const bySlopes = this.#bySlopes.data;
    for (let i = 0; i < byGated.length; i++) {
      bySlopes[i] += byGated[i] * signal[i];
      byGated[i] *= slope[i];
    }
    return this.#scratch;
  }

  /**
   * Back through `watch`, after all targets: adds the gradient by the first trial's spikes, and fills the one
   * by its voltages.
   */
  watchBack({ slopes, voltages }: Activity, bySpikes: Matrix, byVoltages: Matrix): void {
    const { steps, neurons, clocks } = this.#network;
    const byRows = this.#byRows.data;
    const spikes = bySpikes.data;
    const width = neurons + clocks;
    for (let t = 1; t < steps; t++)
      for (let j = 0; j < neurons; j++) spikes[(t - 1) * neurons + j] += byRows[t * width + j];
    const slope = slopes.data;
    const voltage = voltages.data;
    const bySlopes = this.#bySlopes.data;
    const out = byVoltages.data;
    for (let i = 0; i < slope.length; i++)
      out[i] = slope[i] === 0 ? 0 : (voltage[i] < 1 ? PSEUDO_SLOPE : -PSEUDO_SLOPE) * bySlopes[i];
  }
}

/** Slope of the pseudo-derivative 0.3 max(0, 1 - |v - 1|) on both sides of its peak. */
const PSEUDO_SLOPE = 0.3;
