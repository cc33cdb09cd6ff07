import type { CoreParts } from './core/core-parts.js';
import type { Allocate } from './memory/allocate.js';
import type { PairTargets, Window } from './operations.js';

/** Batches of input vectors for the same window of several cores in a row. */
export interface Multiplication {
  /** First core. */
  readonly core: number;
  readonly cores: number;
  readonly window: Window;
  readonly batch: number;
  /** Input codes [batch, cores, rows]. */
  readonly inputs: Int8Array;
  /** Number of the first vector among each core's multiplications. */
  readonly numbers: readonly number[];
}

/** The heavy arithmetic of a chip. The plain one is the specification; the fast one gives the same bits. */
export interface Arithmetic {
  /** As `programStatistically`. */
  program(core: number, targets: PairTargets, from: number, to: number, now: number): void;
  /** As `refreshMatrix`. */
  refresh(core: number, cell: number, pairs?: Uint32Array): void;
  /**
   * Codes [batch, cores, columns], as `Multiplier.multiply` gives them; they hold until the next
   * multiplication.
   */
  multiply(multiplication: Multiplication): Int16Array;
  /** Ends its threads, if it has any. */
  close(): void;
}

/** Where the arrays of one chip lie, and the arithmetic on them. */
export interface Backend {
  readonly allocate: Allocate;
  /** The arithmetic of the chip of these cores, whose arrays `allocate` made. */
  arithmetic(cores: readonly CoreParts[]): Arithmetic;
}
