import type { Arithmetic, Backend, CoreParts, Multiplication } from './arithmetic.js';
import { refreshMatrix } from './crossbar/effective-matrix.js';
import { Multiplier } from './crossbar/multiplication.js';
import { programStatistically, type PairTargets } from './programming/statistical-programming.js';

/** The plain reference, which defines what every other backend must answer. */
export function plainBackend(): Backend {
  return {
    allocate: (kind, length) => new kind(new ArrayBuffer(length * kind.BYTES_PER_ELEMENT), 0, length),
    arithmetic: (cores) => new PlainArithmetic(cores),
  };
}

class PlainArithmetic implements Arithmetic {
  readonly #multipliers: readonly Multiplier[];

  constructor(private readonly cores: readonly CoreParts[]) {
    this.#multipliers = cores.map(
      ({ model, state, converters, matrix, draws }) =>
        new Multiplier(model, state, converters, matrix, draws),
    );
  }

  program(core: number, targets: PairTargets, from: number, to: number, now: number): void {
    const { model, state, draws, temperature } = this.cores[core];
    programStatistically(model, state, draws, temperature, targets, from, to, now);
  }

  refresh(core: number, cell: number, pairs?: Uint32Array): void {
    const { model, state, slowNoise, temperature, matrix } = this.cores[core];
    refreshMatrix(model, state, slowNoise, temperature, matrix, cell, pairs);
  }

  multiply({ core, cores, window, batch, inputs, numbers }: Multiplication): Int16Array {
    const { rows, columns } = window;
    const outputs = new Int16Array(batch * cores * columns);
    for (let i = 0; i < cores; i++) {
      const layout = {
        inputStart: i * rows,
        inputStride: cores * rows,
        outputStart: i * columns,
        outputStride: cores * columns,
      };
      this.#multipliers[core + i].multiply(window, batch, inputs, outputs, layout, numbers[i]);
    }
    return outputs;
  }

  close(): void {}
}
