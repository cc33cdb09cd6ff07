import { workerData } from 'node:worker_threads';
import { Control, type Hands, work } from '../../kernels/control.js';
import type { HelperData } from '../../kernels/helpers.js';
import { instantiate } from '../../kernels/wasm.js';

/** Data of one thread. */
export type WorkerData = HelperData & Pick<Hands, 'scratch' | 'home'>;

const { module, memory, ...given } = workerData as WorkerData;
const hands: Hands = { ...given, wasm: instantiate(module, memory) };
let generation = 0;
while (generation >= 0) {
  work(hands);
  Atomics.wait(hands.control, Control.generation, generation);
  generation = Atomics.load(hands.control, Control.generation);
}
