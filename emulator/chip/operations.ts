/** A rectangle of unit cells of one core. */
export interface Window {
  rowStart: number;
  rows: number;
  columnStart: number;
  columns: number;
}

/** Pairs (unit cells by number, row-major) with the targets of their two polarities in nanosiemens. */
export interface PairTargets {
  readonly pairs: Uint32Array;
  readonly plus: Uint16Array;
  readonly minus: Uint16Array;
}

export interface VerifyOptions {
  /** Maximum error that verify accepts, in nanosiemens; 0 for the chip's default. */
  tolerance: number;
  /** Limit of iterations per pair; 0 for the chip's default. */
  maxIterations: number;
}

export interface ProgramReport {
  pairs: number;
  converged: number;
  iterations: number;
  setPulses: number;
  resetPulses: number;
  /** Over all polarities, in nanosiemens. */
  rmsError: number;
}

/** Progress of a long request: units of work done, of a total. Each command counts units of its own. */
export interface Progress {
  done: number;
  total: number;
}

/** Work in steps: between two of them the firmware sends progress and listens for a cancel. */
export type Steps<R> = Generator<Progress, R>;

/** Counters since the chip was made. */
export interface ChipCounters {
  programmedPairs: bigint;
  setPulses: bigint;
  resetPulses: bigint;
  multiplications: bigint;
  reads: bigint;
}

/** Unit cells by row and column. */
export interface Cells {
  rows: ArrayLike<number>;
  columns: ArrayLike<number>;
}

/** Single devices by unit cell, polarity (0 plus, 1 minus) and number within it. */
export interface Devices extends Cells {
  polarities: ArrayLike<number>;
  devices: ArrayLike<number>;
}
