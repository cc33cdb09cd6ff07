import type { Arithmetic, Backend, CoreParts, Multiplication } from '../chip/arithmetic.js';
import { refreshMatrix } from '../chip/effective-matrix.js';
import { programStatistically, type PairTargets } from '../chip/statistical-programming.js';
import { normalTable } from '../numerics/normal.js';
import { Arena } from './arena.js';
import { Control, postJob, work } from './control.js';
import { CoreMemory } from './core-memory.js';
import { Threads, waitForOthers } from './threads.js';
import { instantiate, wasmModule, type WasmKernels } from './wasm.js';

/** Vectors a core that the job buffers hold. */
const BATCH = 256;

/** Multiply-accumulates of a job of several cores from which on waking a thread pays. */
const THREADED_WORK = 1 << 22;

/**
 * The arithmetic in WebAssembly SIMD, to the bit that of the plain backend; large multiplications that name several
 * cores run on as many threads.
 * @param threaded false to compute on the caller's thread alone
 */
export function fastBackend(threaded = true): Backend {
  const arena = new Arena();
  return {
    allocate: arena.allocate,
    arithmetic: (cores) => new FastArithmetic(arena, cores, threaded),
  };
}

class FastArithmetic implements Arithmetic {
  readonly #wasm: WasmKernels;
  readonly #memories: readonly CoreMemory[];
  readonly #pointers: readonly number[];
  readonly #inputs: Int8Array;
  readonly #outputs: Int16Array;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #threads: Threads;

  constructor(
    arena: Arena,
    private readonly cores: readonly CoreParts[],
    private readonly threaded: boolean,
  ) {
    const { rows, columns } = cores[0].model.profile;
    const table = arena.allocate(Int16Array, normalTable.length);
    table.set(normalTable);
    this.#memories = cores.map((core, i) => new CoreMemory(arena, core, i, table));
    this.#pointers = this.#memories.map(({ pointer }) => pointer);
    this.#inputs = arena.allocate(Int8Array, BATCH * cores.length * rows);
    this.#outputs = arena.allocate(Int16Array, BATCH * cores.length * columns);
    const module = wasmModule();
    this.#wasm = instantiate(module, arena.memory);
    this.#control = new Int32Array(new SharedArrayBuffer(4 * (Control.numbers + 2 * cores.length)));
    this.#threads = new Threads({
      module,
      memory: arena.memory,
      control: this.#control,
      pointers: this.#pointers,
    });
  }

  program(core: number, targets: PairTargets, from: number, to: number, now: number): void {
    const { model, state, draws } = this.cores[core];
    programStatistically(model, state, draws, targets, from, to, now);
  }

  refresh(core: number, cell: number, pairs?: Uint32Array): void {
    const { model, state, slowNoise, matrix } = this.cores[core];
    const memory = this.#memories[core];
    refreshMatrix(model, state, slowNoise, matrix, cell, pairs);
    if (pairs) {
      memory.repack(memory.weights, matrix.conductance, pairs);
      memory.repack(memory.variances, matrix.variance, pairs);
    } else {
      const { rows, columns } = model.profile;
      this.#wasm.pack(matrix.conductance.byteOffset, columns, rows, memory.weights.byteOffset);
      this.#wasm.pack(matrix.variance.byteOffset, columns, rows, memory.variances.byteOffset);
    }
  }

  multiply(multiplication: Multiplication): Int16Array {
    const { cores, window, batch, inputs } = multiplication;
    const inputSize = cores * window.rows;
    const outputSize = cores * window.columns;
    const codes = new Int16Array(batch * outputSize);
    for (let first = 0; first < batch; first += BATCH) {
      const vectors = Math.min(BATCH, batch - first);
      this.#inputs.set(inputs.subarray(first * inputSize, (first + vectors) * inputSize));
      this.#multiplySlice(multiplication, first, vectors);
      codes.set(this.#outputs.subarray(0, vectors * outputSize), first * outputSize);
    }
    return codes;
  }

  close(): void {
    this.#threads.close();
  }

  #multiplySlice({ core, cores, window, numbers }: Multiplication, first: number, vectors: number): void {
    postJob(this.#control, {
      core,
      cores,
      ...window,
      batch: vectors,
      inputs: this.#inputs.byteOffset,
      outputs: this.#outputs.byteOffset,
      noise: this.cores[0].model.noisy ? 1 : 0,
      numbers: numbers.map((number) => number + first),
    });
    const effort = vectors * window.rows * window.columns * cores;
    if (this.threaded && cores > 1 && effort >= THREADED_WORK) this.#threads.wake(cores);
    work(this.#control, this.#wasm, this.#pointers);
    waitForOthers(this.#control);
    if (this.#control[Control.failed])
      throw new Error('A thread of the emulator failed; start the emulator anew.');
  }
}
