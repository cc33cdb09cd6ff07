import { workerData } from 'node:worker_threads';
import { Control, work } from './control.js';
import { instantiate } from './wasm.js';

/** What a thread is given: all of it is shared or immutable. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly pointers: readonly number[];
}

const { module, memory, control, pointers } = workerData as WorkerData;
const wasm = instantiate(module, memory);
let generation = 0;
while (generation >= 0) {
  work(control, wasm, pointers);
  Atomics.wait(control, Control.generation, generation);
  generation = Atomics.load(control, Control.generation);
}
