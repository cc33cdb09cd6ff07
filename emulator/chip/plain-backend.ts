import type { Arithmetic, Backend, Multiplication } from './arithmetic.js';
import type { CoreParts } from './core/core-parts.js';
import { Multiplier } from './crossbar/multiplication.js';
import { refreshMatrix } from './crossbar/refresh-matrix.js';
import type { PairTargets } from './operations.js';
import { programStatistically } from './programming/statistical-programming.js';

/** The plain reference, which defines the answers of every other backend. */
export function plainBackend(): Backend {
  return {
    allocate: (kind, length) => new kind(new ArrayBuffer(length * kind.BYTES_PER_ELEMENT), 0, length),
    arithmetic: (cores) => new PlainArithmetic(cores),
  };
}

class PlainArithmetic implements Arithmetic {
  readonly #cores: readonly CoreParts[];
  readonly #multipliers: readonly Multiplier[];

  constructor(cores: readonly CoreParts[]) {
    this.#cores = cores;
    this.#multipliers = cores.map((core) => new Multiplier(core));
  }

  program(core: number, targets: PairTargets, from: number, to: number, now: number): void {
    programStatistically(this.#cores[core], targets, from, to, now);
  }

  refresh(core: number, cell: number, pairs?: Uint32Array): void {
    refreshMatrix(this.#cores[core], cell, pairs);
  }

  multiply({ core, cores, window, batch, inputs, numbers }: Multiplication): Int16Array {
    const { rows, columns } = window;
    const outputs = new Int16Array(batch * cores * columns);
    for (let i = 0; i < cores; i++) {
      const vectors = {
        count: batch,
        inputs,
        inputStart: i * rows,
        inputStride: cores * rows,
        outputs,
        outputStart: i * columns,
        outputStride: cores * columns,
      };
      this.#multipliers[core + i].multiply(window, vectors, numbers[i]);
    }
    return outputs;
  }

  close(): void {}
}
