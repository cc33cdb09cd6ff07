import { readFileSync } from 'node:fs';

/** A row-major float32 matrix in the memory of the kernels. */
export class Matrix {
  readonly #memory: WebAssembly.Memory;

  constructor(
    memory: WebAssembly.Memory,
    readonly address: number,
    readonly rows: number,
    readonly columns: number,
  ) {
    this.#memory = memory;
  }

  /** A view of the numbers, valid until the next allocation. */
  get data(): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer as ArrayBuffer, this.address, this.rows * this.columns);
  }

  /** `rows` rows from `start` on, in the same memory. */
  part(start: number, rows: number): Matrix {
    return new Matrix(this.#memory, this.address + 4 * start * this.columns, rows, this.columns);
  }

  /** Sets all numbers to `value`. */
  fill(value: number): this {
    this.data.fill(value);
    return this;
  }
}

/** The functions of spiking.as.ts; their arguments are sizes, factors and addresses. */
type Exports = Record<
  'project' | 'projectBack' | 'outer' | 'filter' | 'filterBack' | 'spike' | 'spikeBack',
  (...values: number[]) => void
>;

/** Dynamics of a population of leaky integrate-and-fire neurons; see `spike` in spiking.as.ts. */
export interface Dynamics {
  /** Factor of the membrane voltage per step. */
  leak: number;
  /** Steps after a spike during which a neuron cannot spike again. */
  refractorySteps: number;
  /**
   * Replaces the threshold by the integral of the pseudo-derivative, so that a test can check gradients by
   * differences.
   */
  smooth: boolean;
}

/** Activity of a population, each [steps, neurons]. */
export interface Activity {
  voltages: Matrix;
  spikes: Matrix;
  /** Pseudo-derivative of the spikes by the voltages. */
  slopes: Matrix;
}

/** The matrices of one run of a population. */
export interface PopulationRun {
  /** [steps, neurons] input currents. */
  currents: Matrix;
  /** [1, neurons] scratch. */
  counters: Matrix;
  /** The result. */
  activity: Activity;
}

/** Noise of products: each active row adds to its variance. */
export interface CurrentNoise {
  /** [neurons, neurons] variance that a spike adds. */
  device: Matrix;
  /** [steps, neurons] variance of the input currents; that of the spikes is added to it. */
  current: Matrix;
  /** [steps, neurons] standard normal numbers. */
  normals: Matrix;
}

/** Gradients of a population, each [steps, neurons]. */
export interface ActivityGradient {
  /** By the spikes, from outside of the population's own dynamics. */
  bySpikes: Matrix;
  /** By the voltages, as far as they do not act through spikes. */
  byVoltages: Matrix;
  /** By the input currents: the result. */
  byCurrents: Matrix;
}

const compiled = new WebAssembly.Module(readFileSync(new URL('spiking.wasm', import.meta.url)));

/** The kernels, with their own memory. Matrices are allocated there and never freed. */
export class Kernels {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  #used = 1024;
  readonly #wasm: Exports;

  constructor() {
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#wasm = instance.exports as unknown as Exports;
  }

  /** Allocates a zeroed matrix. */
  matrix(rows: number, columns: number): Matrix {
    const address = this.#used;
    this.#used += (4 * rows * columns + 15) & ~15;
    const missing = this.#used - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    return new Matrix(this.#memory, address, rows, columns);
  }

  /** out += x w; fast where x is sparse. x [steps, rows], w [rows, columns]. */
  project(x: Matrix, w: Matrix, out: Matrix): void {
    this.#wasm.project(x.rows, x.columns, w.columns, x.address, w.address, out.address);
  }

  /** out += d w^T, only where `mask` [steps, rows] is not 0. d [steps, columns], w [rows, columns]. */
  projectBack(d: Matrix, w: Matrix, mask: Matrix, out: Matrix): void {
    this.#wasm.projectBack(d.rows, w.rows, w.columns, d.address, w.address, mask.address, out.address);
  }

  /** out += x^T d; fast where x is sparse. x [steps, rows], d [steps, columns]. */
  outer(x: Matrix, d: Matrix, out: Matrix): void {
    this.#wasm.outer(x.rows, x.columns, d.columns, x.address, d.address, out.address);
  }

  /** out[t] = x[t] + decay out[t - 1]. */
  filter(x: Matrix, decay: number, out: Matrix): void {
    this.#wasm.filter(x.rows, x.columns, decay, x.address, out.address);
  }

  /** out[t] = x[t] + decay out[t + 1]: the adjoint of `filter`. */
  filterBack(x: Matrix, decay: number, out: Matrix): void {
    this.#wasm.filterBack(x.rows, x.columns, decay, x.address, out.address);
  }

  /**
   * Runs a population with recurrent weights [neurons, neurons] from its input currents; fills `activity`.
   */
  spike(
    { leak, refractorySteps, smooth }: Dynamics,
    weights: Matrix,
    { currents, counters, activity: { voltages, spikes, slopes } }: PopulationRun,
    noise?: CurrentNoise,
  ): void {
    const noiseAddresses = noise
      ? [noise.device.address, noise.current.address, noise.normals.address]
      : [0, 0, 0];
    const outputs = [voltages.address, spikes.address, slopes.address];
    this.#wasm.spike(
      currents.rows,
      currents.columns,
      leak,
      refractorySteps,
      Number(smooth),
      weights.address,
      currents.address,
      ...noiseAddresses,
      counters.address,
      ...outputs,
    );
  }

  /** Back through `spike`: fills `byCurrents`, and adds to `byWeights` [neurons, neurons]. */
  spikeBack(
    { leak }: Dynamics,
    weights: Matrix,
    { spikes, slopes }: Activity,
    { bySpikes, byVoltages, byCurrents }: ActivityGradient,
    byWeights: Matrix,
  ): void {
    this.#wasm.spikeBack(
      spikes.rows,
      spikes.columns,
      leak,
      weights.address,
      spikes.address,
      slopes.address,
      bySpikes.address,
      byVoltages.address,
      byCurrents.address,
      byWeights.address,
    );
  }
}
