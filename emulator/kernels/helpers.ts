import type { ThreadParts } from './control.js';
import type { WasmMemory, WasmModule } from './wasm.js';

/** Data of helper threads: all of it is shared or immutable. */
export interface HelperData extends Omit<ThreadParts, 'wasm' | 'scratch' | 'home'> {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
}

/** Threads beside the caller's that take a share of a job's tasks. */
export interface Helpers {
  /** Wakes them for the job in the control block. */
  wake(): void;
  /** Ends them. */
  close(): void;
}

/**
 * Makes the helper threads of one chip; `scratch` allocates the working memory of a thread and returns its
 * address.
 */
export type HelpersOf = (data: HelperData, scratch: () => number) => Helpers;
