import type { WasmKernels } from './wasm.js';

/**
 * A job of several cores as the threads see it, in shared memory. Its cores are tasks that any thread may claim: the
 * codes do not depend on who computes them, nor on the order.
 */
export const Control = {
  /** Counts the jobs; negative to end the threads. What idle threads wait on. */
  generation: 0,
  /** Tasks nobody has claimed yet; the job's words below hold whenever it is not 0. */
  unclaimed: 1,
  /** Tasks not done yet. */
  unfinished: 2,
  failed: 3,
  core: 4,
  cores: 5,
  rowStart: 6,
  rows: 7,
  columnStart: 8,
  columns: 9,
  batch: 10,
  inputs: 11,
  outputs: 12,
  noise: 13,
  /** Low and high word of the first multiplication's number, for each core of the chip. */
  numbers: 14,
} as const;

/** What the words of a job say. */
export interface Job {
  readonly core: number;
  readonly cores: number;
  readonly rowStart: number;
  readonly rows: number;
  readonly columnStart: number;
  readonly columns: number;
  readonly batch: number;
  /** Addresses. */
  readonly inputs: number;
  readonly outputs: number;
  readonly noise: number;
  readonly numbers: readonly number[];
}

/** Puts up a job's tasks for claiming. The one before must be done. */
export function postJob(control: Int32Array, { numbers, ...words }: Job): void {
  for (const [name, value] of Object.entries(words)) control[Control[name as keyof typeof words]] = value;
  numbers.forEach((number, i) => {
    control[Control.numbers + 2 * i] = number | 0;
    control[Control.numbers + 2 * i + 1] = Math.floor(number / 0x100000000);
  });
  control[Control.failed] = 0;
  Atomics.store(control, Control.unfinished, words.cores);
  Atomics.store(control, Control.unclaimed, words.cores);
}

/** Claims and does tasks until none is left. `pointers` are the CoreMemory addresses of the chip's cores. */
export function work(control: Int32Array, wasm: WasmKernels, pointers: readonly number[]): void {
  for (;;) {
    const task = claim(control);
    if (task < 0) return;
    try {
      runTask(control, wasm, pointers, task);
    } catch {
      Atomics.store(control, Control.failed, 1);
    }
    if (Atomics.sub(control, Control.unfinished, 1) === 1) Atomics.notify(control, Control.unfinished);
  }
}

function claim(control: Int32Array): number {
  for (;;) {
    const left = Atomics.load(control, Control.unclaimed);
    if (left === 0) return -1;
    if (Atomics.compareExchange(control, Control.unclaimed, left, left - 1) === left) return left - 1;
  }
}

function runTask(control: Int32Array, wasm: WasmKernels, pointers: readonly number[], task: number): void {
  const cores = control[Control.cores];
  const rows = control[Control.rows];
  const columns = control[Control.columns];
  const low = control[Control.numbers + 2 * task] >>> 0;
  const high = control[Control.numbers + 2 * task + 1];
  wasm.multiply(
    pointers[control[Control.core] + task],
    control[Control.rowStart],
    rows,
    control[Control.columnStart],
    columns,
    control[Control.batch],
    control[Control.inputs] + task * rows,
    cores * rows,
    control[Control.outputs] + 2 * task * columns,
    2 * cores * columns,
    control[Control.noise],
    (BigInt(high) << 32n) | BigInt(low),
  );
}
