import type { ArmNetwork } from '../../../network/arm/index.js';
import type { Activity, Kernels, Matrix } from './kernels.js';

/**
 * The one update of natural e-prop, and the way back through it. The change of a weight is minus the rate times the sum
 * over time of presynaptic trace, postsynaptic pseudo-derivative and learning signal. The trace is a low pass of what the
 * crossbar's row sees; filtering the other factor backward in time instead gives the same sum, over spikes only.
 */
export class EligibilityUpdate {
  /** [rows, neurons] sum over time, before the rate. */
  readonly sum: Matrix;
  /** [steps, rows] what the crossbar's rows saw in the first trial: the spikes of the step before, and the clock. */
  private readonly rows: Matrix;
  /** [steps, rows] where a gradient by the rows is wanted. */
  private readonly mask: Matrix;
  private readonly byRows: Matrix;
  private readonly bySlopes: Matrix;
  private readonly scratch: Matrix;
  private readonly filtered: Matrix;

  constructor(
    private readonly kernels: Kernels,
    private readonly network: ArmNetwork,
    private readonly clock: Matrix,
  ) {
    const { steps, neurons, clocks } = network;
    this.sum = kernels.matrix(neurons + clocks, neurons);
    this.rows = kernels.matrix(steps, neurons + clocks);
    this.mask = kernels.matrix(steps, neurons + clocks);
    this.byRows = kernels.matrix(steps, neurons + clocks);
    this.bySlopes = kernels.matrix(steps, neurons);
    this.scratch = kernels.matrix(steps, neurons);
    this.filtered = kernels.matrix(steps, neurons);
  }

  /** Takes in the first trial, the same for all targets. */
  watch({ spikes, slopes }: Activity): void {
    const { steps, neurons, clocks } = this.network;
    const rows = this.rows.data;
    const mask = this.mask.data;
    const width = neurons + clocks;
    for (let t = 0; t < steps; t++) {
      rows.set(this.clock.data.subarray(t * clocks, (t + 1) * clocks), t * width + neurons);
      if (t === 0) continue;
      rows.set(spikes.data.subarray((t - 1) * neurons, t * neurons), t * width);
      mask.set(slopes.data.subarray((t - 1) * neurons, t * neurons), t * width);
    }
    this.byRows.fill(0);
    this.bySlopes.fill(0);
  }

  /** Fills `sum` from learning signals [steps, neurons]. */
  accumulate(signals: Matrix, slopes: Matrix): void {
    const gated = this.scratch.data;
    const signal = signals.data;
    const slope = slopes.data;
    for (let i = 0; i < gated.length; i++) gated[i] = signal[i] * slope[i];
    this.kernels.filterBack(this.scratch, this.network.leak, this.filtered);
    this.kernels.outer(this.rows, this.filtered, this.sum.fill(0));
  }

  /** From the gradient by `sum` to that by the learning signals, which it returns. */
  accumulateBack(bySum: Matrix, signals: Matrix, slopes: Matrix): Matrix {
    this.kernels.projectBack(this.filtered, bySum, this.mask, this.byRows);
    this.kernels.project(this.rows, bySum, this.filtered.fill(0));
    this.kernels.filter(this.filtered, this.network.leak, this.scratch);
    const byGated = this.scratch.data;
    const signal = signals.data;
    const slope = slopes.data;
    const bySlopes = this.bySlopes.data;
    for (let i = 0; i < byGated.length; i++) {
      bySlopes[i] += byGated[i] * signal[i];
      byGated[i] *= slope[i];
    }
    return this.scratch;
  }

  /** After all targets: adds the gradient by the first trial's spikes, and fills the one by its voltages. */
  watchBack({ slopes, voltages }: Activity, bySpikes: Matrix, byVoltages: Matrix): void {
    const { steps, neurons, clocks } = this.network;
    const byRows = this.byRows.data;
    const spikes = bySpikes.data;
    const width = neurons + clocks;
    for (let t = 1; t < steps; t++)
      for (let j = 0; j < neurons; j++) spikes[(t - 1) * neurons + j] += byRows[t * width + j];
    const slope = slopes.data;
    const voltage = voltages.data;
    const bySlopes = this.bySlopes.data;
    const out = byVoltages.data;
    for (let i = 0; i < slope.length; i++)
      out[i] = slope[i] === 0 ? 0 : (voltage[i] < 1 ? pseudoSlope : -pseudoSlope) * bySlopes[i];
  }
}

/** The pseudo-derivative 0.3 max(0, 1 - |v - 1|) rises and falls with this slope. */
const pseudoSlope = 0.3;
