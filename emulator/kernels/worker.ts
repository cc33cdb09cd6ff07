import { workerData } from 'node:worker_threads';
import { Control, type Hands, work } from './control.js';
import { instantiate } from './wasm.js';

/** What a thread is given: all of it is shared or immutable. */
export interface WorkerData extends Omit<Hands, 'wasm'> {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

const { module, memory, ...means } = workerData as WorkerData;
const hands: Hands = { ...means, wasm: instantiate(module, memory) };
let generation = 0;
while (generation >= 0) {
  work(hands);
  Atomics.wait(hands.control, Control.generation, generation);
  generation = Atomics.load(hands.control, Control.generation);
}
