import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Control } from './control.js';
import type { WorkerData } from './worker.js';

/**
 * Threads beside the caller's that take a share of a job's cores. They start at the first job and keep no process
 * alive.
 */
export class Threads {
  #workers: Worker[] = [];

  constructor(private readonly data: WorkerData) {}

  /** Wakes enough threads for a job of so many cores, whose words stand in the control block. */
  wake(cores: number): void {
    const wanted = Math.min(cores, availableParallelism()) - 1;
    while (this.#workers.length < wanted) this.#start();
    Atomics.add(this.data.control, Control.generation, 1);
    Atomics.notify(this.data.control, Control.generation);
  }

  /** Ends the threads. */
  close(): void {
    Atomics.store(this.data.control, Control.generation, -1);
    Atomics.notify(this.data.control, Control.generation);
    this.#workers = [];
  }

  #start(): void {
    const worker = new Worker(new URL('worker.js', import.meta.url), {
      workerData: this.data,
      execArgv: [],
    });
    worker.unref();
    this.#workers.push(worker);
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
