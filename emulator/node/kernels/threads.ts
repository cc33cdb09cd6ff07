import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Control } from '../../kernels/control.js';
import type { HelperData, Helpers } from '../../kernels/helpers.js';
import type { WorkerData } from './worker.js';

/** Worker threads. They start at the first job and do not keep the process alive. */
export class Threads implements Helpers {
  #running = 0;
  readonly #data: HelperData;
  readonly #scratches: readonly number[];

  constructor(data: HelperData, scratch: () => number) {
    this.#data = data;
    const beside = Math.min(data.cores.length, availableParallelism()) - 1;
    this.#scratches = Array.from({ length: beside }, scratch);
  }

  wake(): void {
    while (this.#running < this.#scratches.length) this.#start(this.#running++);
    Atomics.add(this.#data.control, Control.generation, 1);
    Atomics.notify(this.#data.control, Control.generation);
  }

  close(): void {
    Atomics.store(this.#data.control, Control.generation, -1);
    Atomics.notify(this.#data.control, Control.generation);
  }

  #start(thread: number): void {
    const workerData: WorkerData = { ...this.#data, scratch: this.#scratches[thread], home: thread + 1 };
    new Worker(new URL('worker.js', import.meta.url), { workerData, execArgv: [] }).unref();
  }
}
