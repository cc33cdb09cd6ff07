import type { Arithmetic, Backend, Multiplication } from '../chip/arithmetic.js';
import type { CoreParts } from '../chip/core/core-parts.js';
import { refreshMatrix } from '../chip/crossbar/refresh-matrix.js';
import type { PairTargets } from '../chip/operations.js';
import { programStatistically } from '../chip/programming/statistical-programming.js';
import { normalTable } from '../numerics/normal.js';
import { Arena } from './arena.js';
import { Control, controlBytes, type ThreadParts, postJob, waitForOthers, work } from './control.js';
import { NORMAL_TABLE } from './constants.js';
import { CoreMemory, createScratch } from './core-memory.js';
import { createDeviceMemory, createTables } from './device-memory.js';
import { createKeys } from './philox-keys.js';
import type { Helpers, HelpersOf } from './helpers.js';
import { instantiate, type WasmKernels, type WasmModule } from './wasm.js';

/** Bytes of a word of the processor. */
const WORD = 8;

/** Pairs of a programming list that the buffers hold. */
const LIST = 8192;

/**
 * Share of a core's pairs up to which it is faster to refresh them one by one in plain code than all by the
 * kernel.
 */
const SPARSE = 1 / 256;

/** Multiply-accumulates of a job of several cores from which it pays to wake a thread. */
const THREADED_WORK = 1 << 22;

/**
 * The arithmetic in WebAssembly SIMD, equal to the plain backend to the bit. Large multiplications that name
 * several cores are shared with helper threads. `module` is the compiled kernels. `helpersOf` starts the
 * threads; without it the caller's thread computes alone.
 */
export function fastBackend(module: WasmModule, helpersOf?: HelpersOf): Backend {
  const arena = new Arena();
  const table = arena.allocate(Int16Array, normalTable.length);
  if (table.byteOffset !== NORMAL_TABLE) throw new Error('The kernels expect the normal table elsewhere.');
  table.set(normalTable);
  return {
    allocate: arena.allocate,
    arithmetic: (cores) => new FastArithmetic(arena, cores, module, helpersOf),
  };
}

class FastArithmetic implements Arithmetic {
  readonly #arena: Arena;
  readonly #cores: readonly CoreParts[];
  readonly #wasm: WasmKernels;
  readonly #memories: readonly CoreMemory[];
  /** Addresses of the cores' DeviceMemory. */
  readonly #devices: readonly number[];
  readonly #list: PairTargets;
  #inputs = new Int8Array(0);
  #outputs = new Int16Array(0);
  readonly #thread: ThreadParts;
  readonly #helpers: Helpers | undefined;

  constructor(
    arena: Arena,
    cores: readonly CoreParts[],
    module: WasmModule,
    helpersOf: HelpersOf | undefined,
  ) {
    this.#arena = arena;
    this.#cores = cores;
    const keys = createKeys(arena, cores[0].draws);
    this.#memories = cores.map((core, i) => new CoreMemory(arena, core, i, keys));
    const tables = createTables(arena, cores[0].model);
    this.#devices = cores.map((core, i) => createDeviceMemory(arena, core, i, keys, tables));
    this.#list = {
      pairs: arena.allocate(Uint32Array, LIST),
      plus: arena.allocate(Uint16Array, LIST),
      minus: arena.allocate(Uint16Array, LIST),
    };
    this.#wasm = instantiate(module, arena.memory);
    const control = new Int32Array(new SharedArrayBuffer(controlBytes(cores.length)));
    const pointers = this.#memories.map(({ pointer }) => pointer);
    const scratch = () => createScratch(arena, cores[0].model);
    this.#thread = { control, wasm: this.#wasm, cores: pointers, scratch: scratch(), home: 0 };
    this.#helpers = helpersOf?.({ module, memory: arena.memory, control, cores: pointers }, scratch);
  }

  program(core: number, targets: PairTargets, from: number, to: number, now: number): void {
    const parts = this.#cores[core];
    if (!parts.hasProfileNoise) return programStatistically(parts, targets, from, to, now);
    const { pairs, plus, minus } = targets;
    const list = this.#list;
    for (let start = from; start < to; start += LIST) {
      const end = Math.min(start + LIST, to);
      list.pairs.set(pairs.subarray(start, end));
      list.plus.set(plus.subarray(start, end));
      list.minus.set(minus.subarray(start, end));
      this.#wasm.program(
        this.#devices[core],
        list.pairs.byteOffset,
        list.plus.byteOffset,
        list.minus.byteOffset,
        end - start,
        now,
        parts.temperature.conductanceChange,
      );
    }
  }

  refresh(core: number, cell: number, pairs?: Uint32Array): void {
    const parts = this.#cores[core];
    const { model, temperature, matrix } = parts;
    const memory = this.#memories[core];
    if (pairs && pairs.length <= model.pairs * SPARSE) {
      refreshMatrix(parts, cell, pairs);
      memory.repack(memory.weights, matrix.conductance, pairs);
      memory.repack(memory.variances, matrix.variance, pairs);
      return;
    }
    if (parts.hasProfileNoise) {
      const time = temperature.agedAt(cell * model.slowPeriod);
      this.#wasm.refresh(this.#devices[core], cell, time, temperature.resistanceChange);
    } else refreshMatrix(parts, cell, pairs);
    const { rows, columns } = model.profile;
    this.#wasm.pack(matrix.conductance.byteOffset, columns, rows, memory.weights.byteOffset);
    this.#wasm.pack(matrix.variance.byteOffset, columns, rows, memory.variances.byteOffset);
  }

  multiply({ core, cores, window, batch, inputs, numbers }: Multiplication): Int16Array {
    const { control } = this.#thread;
    const size = batch * cores * window.columns;
    this.#reserve(inputs.length + WORD, size);
    // copying is fast between addresses that are equal modulo the length of a word
    const place = this.#inputs.subarray(inputs.byteOffset % WORD);
    place.set(inputs);
    postJob(control, {
      core,
      cores,
      ...window,
      batch,
      inputs: place.byteOffset,
      outputs: this.#outputs.byteOffset,
      noise: this.#cores[0].model.noisy ? 1 : 0,
      numbers,
    });
    if (cores > 1 && batch * window.rows * window.columns * cores >= THREADED_WORK) this.#helpers?.wake();
    work(this.#thread);
    waitForOthers(control);
    if (control[Control.failed])
      throw new Error('A thread of the emulator failed; start the emulator again.');
    return this.#outputs.subarray(0, size);
  }

  close(): void {
    this.#helpers?.close();
  }

  /** Makes room for a job. Buffers that were too small stay in the arena unused: doubling bounds that. */
  #reserve(inputs: number, outputs: number): void {
    if (this.#inputs.length < inputs)
      this.#inputs = this.#arena.allocate(Int8Array, Math.max(inputs, 2 * this.#inputs.length));
    if (this.#outputs.length < outputs)
      this.#outputs = this.#arena.allocate(Int16Array, Math.max(outputs, 2 * this.#outputs.length));
  }
}
