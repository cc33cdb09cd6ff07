import type { Arithmetic, Backend, CoreParts, Multiplication } from '../chip/arithmetic.js';
import { refreshMatrix } from '../chip/effective-matrix.js';
import type { PairTargets } from '../chip/statistical-programming.js';
import { normalTable } from '../numerics/normal.js';
import { Arena } from './arena.js';
import { Control, type Hands, postJob, waitForOthers, work } from './control.js';
import { CoreMemory, createScratch } from './core-memory.js';
import { createDeviceMemory, createTables } from './device-memory.js';
import { Threads } from './threads.js';
import { instantiate, wasmModule, type WasmKernels } from './wasm.js';

/** Vectors a core that the job buffers hold. */
const BATCH = 256;

/** Pairs of a programming list that the buffers hold. */
const LIST = 8192;

/** Share of a core's pairs up to which the plain code refreshes them one by one faster than the kernel does all. */
const SPARSE = 1 / 256;

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
  /** Addresses of the cores' DeviceMemory. */
  readonly #devices: readonly number[];
  readonly #list: PairTargets;
  readonly #inputs: Int8Array;
  readonly #outputs: Int16Array;
  readonly #hands: Hands;
  readonly #threads: Threads;

  constructor(
    arena: Arena,
    private readonly cores: readonly CoreParts[],
    threaded: boolean,
  ) {
    const { rows, columns } = cores[0].model.profile;
    const table = arena.allocate(Int16Array, normalTable.length);
    table.set(normalTable);
    this.#memories = cores.map((core, i) => new CoreMemory(arena, core, i, table));
    this.#inputs = arena.allocate(Int8Array, BATCH * cores.length * rows + 8);
    this.#outputs = arena.allocate(Int16Array, BATCH * cores.length * columns);
    const tables = createTables(arena, cores[0].model);
    this.#devices = cores.map((core, i) => createDeviceMemory(arena, core, i, tables));
    this.#list = {
      pairs: arena.allocate(Uint32Array, LIST),
      plus: arena.allocate(Uint16Array, LIST),
      minus: arena.allocate(Uint16Array, LIST),
    };
    const module = wasmModule();
    this.#wasm = instantiate(module, arena.memory);
    const control = new Int32Array(new SharedArrayBuffer(4 * (Control.numbers + 2 * cores.length)));
    const pointers = this.#memories.map(({ pointer }) => pointer);
    const scratch = () => createScratch(arena, cores[0].model);
    this.#hands = { control, wasm: this.#wasm, cores: pointers, scratch: scratch() };
    const threads = threaded ? Threads.countFor(cores.length) : 0;
    this.#threads = new Threads(
      { module, memory: arena.memory, control, cores: pointers },
      Array.from({ length: threads }, scratch),
    );
  }

  program(core: number, { pairs, plus, minus }: PairTargets, from: number, to: number, now: number): void {
    const list = this.#list;
    for (let start = from; start < to; start += LIST) {
      const end = Math.min(start + LIST, to);
      list.pairs.set(pairs.subarray(start, end));
      list.plus.set(plus.subarray(start, end));
      list.minus.set(minus.subarray(start, end));
      const { byteOffset } = list.pairs;
      const device = this.#devices[core];
      this.#wasm.program(device, byteOffset, list.plus.byteOffset, list.minus.byteOffset, end - start, now);
    }
  }

  refresh(core: number, cell: number, pairs?: Uint32Array): void {
    const { model, state, slowNoise, matrix } = this.cores[core];
    const memory = this.#memories[core];
    if (pairs && pairs.length <= model.pairs * SPARSE) {
      refreshMatrix(model, state, slowNoise, matrix, cell, pairs);
      memory.repack(memory.weights, matrix.conductance, pairs);
      memory.repack(memory.variances, matrix.variance, pairs);
    } else {
      const { rows, columns } = model.profile;
      this.#wasm.refresh(this.#devices[core], cell);
      this.#wasm.pack(matrix.conductance.byteOffset, columns, rows, memory.weights.byteOffset);
      this.#wasm.pack(matrix.variance.byteOffset, columns, rows, memory.variances.byteOffset);
    }
  }

  multiply(multiplication: Multiplication): Int16Array {
    const { cores, window, batch, inputs } = multiplication;
    const inputSize = cores * window.rows;
    const outputSize = cores * window.columns;
    if (batch <= BATCH) return this.#multiplySlice(multiplication);
    const codes = new Int16Array(batch * outputSize);
    for (let first = 0; first < batch; first += BATCH) {
      const vectors = Math.min(BATCH, batch - first);
      const slice = this.#multiplySlice({
        ...multiplication,
        batch: vectors,
        inputs: inputs.subarray(first * inputSize, (first + vectors) * inputSize),
        numbers: multiplication.numbers.map((number) => number + first),
      });
      codes.set(slice, first * outputSize);
    }
    return codes;
  }

  close(): void {
    this.#threads.close();
  }

  #multiplySlice({ core, cores, window, batch, inputs, numbers }: Multiplication): Int16Array {
    const { control } = this.#hands;
    // copying is fast between places that are alike modulo the length of a word
    const place = this.#inputs.subarray(inputs.byteOffset % 8);
    place.set(inputs);
    postJob(control, {
      core,
      cores,
      ...window,
      batch,
      inputs: place.byteOffset,
      outputs: this.#outputs.byteOffset,
      noise: this.cores[0].model.noisy ? 1 : 0,
      numbers,
    });
    if (cores > 1 && batch * window.rows * window.columns * cores >= THREADED_WORK) this.#threads.wake();
    const codes = new Int16Array(batch * cores * window.columns);
    work(this.#hands);
    waitForOthers(control);
    if (control[Control.failed]) throw new Error('A thread of the emulator failed; start the emulator anew.');
    codes.set(this.#outputs.subarray(0, codes.length));
    return codes;
  }
}
