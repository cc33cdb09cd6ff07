import type { Hands } from './control.js';

/** What helper threads are given: all of it is shared or immutable. */
export interface HelperData extends Omit<Hands, 'wasm' | 'scratch' | 'home'> {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** Threads beside the caller's that take a share of a job's tasks. */
export interface Helpers {
  /** Wakes them for the job whose words stand in the control block. */
  wake(): void;
  /** Ends them. */
  close(): void;
}

/** Makes the helpers of one chip; `scratch` allocates the working memory of a thread and returns its address. */
export type HelpersOf = (data: HelperData, scratch: () => number) => Helpers;
