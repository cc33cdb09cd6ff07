import type { WasmKernels } from './wasm.js';

/**
 * Vectors of one task of a job of several cores: few enough to share evenly, many enough to be worth a claim.
 */
const TASK_VECTORS = 16;

/**
 * Times that a thread polls for the end of a job before it sleeps: some tens of microseconds, as long as
 * waking takes.
 */
const POLLS = 30_000;

/**
 * Words of a job in shared memory. Its tasks, some vectors of one core each, may be claimed by any thread:
 * the codes do not depend on the thread that computes them, nor on the order.
 */
export const Control = {
  /** Counts the jobs; negative to end the threads. Idle threads wait on this word. */
  generation: 0,
  /** Tasks that are not done yet. */
  unfinished: 1,
  failed: 2,
  core: 3,
  cores: 4,
  rowStart: 5,
  rows: 6,
  columnStart: 7,
  columns: 8,
  batch: 9,
  inputs: 10,
  outputs: 11,
  noise: 12,
  /** Vectors of a task. */
  taskVectors: 13,
  /** For each core that the job names, PerCore.words words. */
  perCore: 14,
} as const;

/** Words of each core in the control block. */
const PerCore = {
  /** Tasks that no thread has claimed yet; all words of the job hold whenever it is not 0. */
  unclaimed: 0,
  /** Number of the first multiplication, low and high word. */
  number: 1,
  words: 3,
} as const;

/** Bytes of the control block of a chip. */
export const controlBytes = (cores: number) => 4 * (Control.perCore + PerCore.words * cores);

/** The content of a job. */
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

/** Posts a job's tasks for claiming. The job before must be done. */
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
  control[Control.failed] = 0;
  const taskVectors = job.cores === 1 ? job.batch : TASK_VECTORS;
  control[Control.taskVectors] = taskVectors;
  job.numbers.forEach((number, core) => {
    const at = Control.perCore + PerCore.words * core + PerCore.number;
    control[at] = number | 0;
    control[at + 1] = Math.floor(number / 0x100000000);
  });
  const tasks = Math.ceil(job.batch / taskVectors);
  Atomics.store(control, Control.unfinished, job.cores * tasks);
  for (let core = 0; core < job.cores; core++)
    Atomics.store(control, Control.perCore + PerCore.words * core + PerCore.unclaimed, tasks);
}

/** The parts that one thread works with. */
export interface ThreadParts {
  readonly control: Int32Array;
  readonly wasm: WasmKernels;
  /** Addresses of the CoreMemory of each core. */
  readonly cores: readonly number[];
  /** Address of the thread's own Scratch. */
  readonly scratch: number;
  /** Core that the thread begins with, so that the core's matrices stay in the thread's cache. */
  readonly home: number;
}

/** Claims and does tasks until none is left, those of the thread's own core first. */
export function work(thread: ThreadParts): void {
  const { control, home } = thread;
  const named = control[Control.cores];
  for (let i = 0; i < named; i++) {
    const core = (home + i) % named;
    for (let task = claim(control, core); task >= 0; task = claim(control, core)) {
      try {
        runTask(thread, core, task);
      } catch {
        Atomics.store(control, Control.failed, 1);
      }
      if (Atomics.sub(control, Control.unfinished, 1) === 1) Atomics.notify(control, Control.unfinished);
    }
  }
}

/** Waits until no task of the job is unfinished. */
export function waitForOthers(control: Int32Array): void {
  for (let poll = 0; poll < POLLS; poll++) if (Atomics.load(control, Control.unfinished) === 0) return;
  for (;;) {
    const left = Atomics.load(control, Control.unfinished);
    if (left === 0) return;
    Atomics.wait(control, Control.unfinished, left);
  }
}

function claim(control: Int32Array, core: number): number {
  const unclaimed = Control.perCore + PerCore.words * core + PerCore.unclaimed;
  for (;;) {
    const left = Atomics.load(control, unclaimed);
    if (left === 0) return -1;
    if (Atomics.compareExchange(control, unclaimed, left, left - 1) === left) return left - 1;
  }
}

function runTask({ control, wasm, cores, scratch }: ThreadParts, core: number, task: number): void {
  const named = control[Control.cores];
  const rows = control[Control.rows];
  const columns = control[Control.columns];
  const taskVectors = control[Control.taskVectors];
  const first = task * taskVectors;
  const number = Control.perCore + PerCore.words * core + PerCore.number;
  wasm.multiply(
    cores[control[Control.core] + core],
    scratch,
    control[Control.rowStart],
    rows,
    control[Control.columnStart],
    columns,
    Math.min(taskVectors, control[Control.batch] - first),
    control[Control.inputs] + (first * named + core) * rows,
    named * rows,
    control[Control.outputs] + 2 * (first * named + core) * columns,
    2 * named * columns,
    control[Control.noise],
    (BigInt(control[number + 1]) << 32n) + BigInt(control[number] >>> 0) + BigInt(first),
  );
}
