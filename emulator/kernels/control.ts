import type { WasmKernels } from './wasm.js';

/** Vectors of one task of a job of several cores: few enough to share out evenly, enough to be worth claiming. */
const TASK_VECTORS = 32;

/**
 * A job as the threads see it, in shared memory. Its tasks, some vectors of one core each, may be claimed by any
 * thread: the codes do not depend on who computes them, nor on the order.
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
  /** Vectors of a task. */
  taskVectors: 14,
  /** Low and high word of the first multiplication's number, for each core of the chip. */
  numbers: 15,
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
export function postJob(control: Int32Array, job: Job): void {
  control[Control.core] = job.core;
  control[Control.cores] = job.cores;
  control[Control.rowStart] = job.rowStart;
  control[Control.rows] = job.rows;
  control[Control.columnStart] = job.columnStart;
  control[Control.columns] = job.columns;
  control[Control.batch] = job.batch;
  control[Control.inputs] = job.inputs;
  control[Control.outputs] = job.outputs;
  control[Control.noise] = job.noise;
  job.numbers.forEach((number, i) => {
    control[Control.numbers + 2 * i] = number | 0;
    control[Control.numbers + 2 * i + 1] = Math.floor(number / 0x100000000);
  });
  control[Control.failed] = 0;
  const taskVectors = job.cores === 1 ? job.batch : TASK_VECTORS;
  control[Control.taskVectors] = taskVectors;
  const tasks = job.cores * Math.ceil(job.batch / taskVectors);
  Atomics.store(control, Control.unfinished, tasks);
  Atomics.store(control, Control.unclaimed, tasks);
}

/** One thread's means. */
export interface Hands {
  readonly control: Int32Array;
  readonly wasm: WasmKernels;
  /** Addresses of the CoreMemory of each core. */
  readonly cores: readonly number[];
  /** Address of the thread's own Scratch. */
  readonly scratch: number;
}

/** Claims and does tasks until none is left. */
export function work(hands: Hands): void {
  const { control } = hands;
  for (let task = claim(control); task >= 0; task = claim(control)) {
    try {
      runTask(hands, task);
    } catch {
      Atomics.store(control, Control.failed, 1);
    }
    if (Atomics.sub(control, Control.unfinished, 1) === 1) Atomics.notify(control, Control.unfinished);
  }
}

/** Waits until no task of the job is unfinished. */
export function waitForOthers(control: Int32Array): void {
  for (;;) {
    const left = Atomics.load(control, Control.unfinished);
    if (left === 0) return;
    Atomics.wait(control, Control.unfinished, left);
  }
}

function claim(control: Int32Array): number {
  for (;;) {
    const left = Atomics.load(control, Control.unclaimed);
    if (left === 0) return -1;
    if (Atomics.compareExchange(control, Control.unclaimed, left, left - 1) === left) return left - 1;
  }
}

function runTask({ control, wasm, cores, scratch }: Hands, task: number): void {
  const named = control[Control.cores];
  const rows = control[Control.rows];
  const columns = control[Control.columns];
  const core = task % named;
  const most = control[Control.taskVectors];
  const first = Math.floor(task / named) * most;
  const low = control[Control.numbers + 2 * core] >>> 0;
  const high = control[Control.numbers + 2 * core + 1];
  wasm.multiply(
    cores[control[Control.core] + core],
    scratch,
    control[Control.rowStart],
    rows,
    control[Control.columnStart],
    columns,
    Math.min(most, control[Control.batch] - first),
    control[Control.inputs] + (first * named + core) * rows,
    named * rows,
    control[Control.outputs] + 2 * (first * named + core) * columns,
    2 * named * columns,
    control[Control.noise],
    (BigInt(high) << 32n) + BigInt(low) + BigInt(first),
  );
}
