import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Control } from './control.js';
import type { WorkerData } from './worker.js';

/**
 * Threads beside the caller's that take a share of a job's tasks. They start at the first job and keep no process
 * alive.
 */
export class Threads {
  #running = 0;

  /** @param data what a thread is given, of which `scratches` has one for each */
  constructor(
    private readonly data: Omit<WorkerData, 'scratch' | 'home'>,
    private readonly scratches: readonly number[],
  ) {}

  /** Threads worth having for a chip of so many cores, beside the caller's. */
  static countFor(cores: number): number {
    return Math.min(cores, availableParallelism()) - 1;
  }

  /** Wakes the threads for the job whose words stand in the control block. */
  wake(): void {
    while (this.#running < this.scratches.length) this.#start(this.#running++);
    Atomics.add(this.data.control, Control.generation, 1);
    Atomics.notify(this.data.control, Control.generation);
  }

  /** Ends the threads. */
  close(): void {
    Atomics.store(this.data.control, Control.generation, -1);
    Atomics.notify(this.data.control, Control.generation);
  }

  #start(thread: number): void {
    const workerData: WorkerData = { ...this.data, scratch: this.scratches[thread], home: thread + 1 };
    new Worker(new URL('worker.js', import.meta.url), { workerData, execArgv: [] }).unref();
  }
}
