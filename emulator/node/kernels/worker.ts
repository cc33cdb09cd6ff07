import { workerData } from 'node:worker_threads';
import { Control, type ThreadParts, work } from '../../kernels/control.js';
import type { HelperData } from '../../kernels/helpers.js';
import { instantiate } from '../../kernels/wasm.js';

/** Data of one thread. */
export type WorkerData = HelperData & Pick<ThreadParts, 'scratch' | 'home'>;

const { module, memory, ...given } = workerData as WorkerData;
const thread: ThreadParts = { ...given, wasm: instantiate(module, memory) };
let generation = 0;
while (generation >= 0) {
  work(thread);
  Atomics.wait(thread.control, Control.generation, generation);
  generation = Atomics.load(thread.control, Control.generation);
}
