import type { Backend } from '../../chip/arithmetic.js';
import { fastBackend } from '../../kernels/fast-backend.js';
import { Threads } from './threads.js';
import { wasmModule } from './wasm-module.js';

/** The fast arithmetic, with worker threads unless `threaded` is false. */
export const nodeBackend = ({ threaded = true } = {}): Backend =>
  fastBackend(wasmModule(), threaded ? (data, scratch) => new Threads(data, scratch) : undefined);
