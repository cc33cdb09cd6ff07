import type { Window } from './operations.js';
import type { Converters, CoreState } from './core/core-state.js';
import type { Draws } from './devices/draws.js';
import type { EffectiveMatrix } from './crossbar/effective-matrix.js';
import type { ChipModel } from './model.js';
import type { SlowNoise } from './devices/slow-noise.js';
import type { PairTargets } from './programming/statistical-programming.js';
import type { Temperature } from './devices/temperature.js';

/** What a core consists of. */
export interface CoreParts {
  readonly model: ChipModel;
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly slowNoise: SlowNoise;
  /** One for all cores of a chip. */
  readonly temperature: Temperature;
}

/** Batches of input vectors for the same window of several cores in a row. */
export interface Multiplication {
  /** First core. */
  readonly core: number;
  readonly cores: number;
  readonly window: Window;
  readonly batch: number;
  /** Input codes [batch][cores][rows]. */
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
  /** Codes [batch][cores][columns], as `Multiplier.multiply` gives them; they hold until the next multiplication. */
  multiply(multiplication: Multiplication): Int16Array;
  /** Frees what it holds beside memory, such as threads. */
  close(): void;
}

/** Makes an array of zeros, wherever the backend wants it. */
export type Allocate = <T>(kind: ArrayKind<T>, length: number) => T;

export interface ArrayKind<T> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** Where the arrays of one chip lie and who computes on them. */
export interface Backend {
  readonly allocate: Allocate;
  /** The arithmetic of the chip of these cores, whose arrays `allocate` made. */
  arithmetic(cores: readonly CoreParts[]): Arithmetic;
}
