import type { Window } from '../firmware/crossbar-chip.js';
import {
  createConverters,
  createCounters,
  createState,
  type Allocate,
  type Converters,
  type CoreCounters,
  type CoreState,
} from './core-state.js';
import { Draws } from './draws.js';
import { createMatrix, refreshMatrix, type EffectiveMatrix } from './effective-matrix.js';
import type { ChipModel } from './model.js';
import { Multiplier, type VectorLayout } from './multiplication.js';
import { SlowNoise } from './slow-noise.js';
import { programStatistically, type PairTargets } from './statistical-programming.js';

/** What a core consists of. */
export interface CoreParts {
  readonly model: ChipModel;
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly slowNoise: SlowNoise;
}

/** The heavy arithmetic of a core, which the fast path does in WebAssembly with the same result to the bit. */
export interface Arithmetic {
  /** As `programStatistically`. */
  program(targets: PairTargets, from: number, to: number, now: number): void;
  /** As `refreshMatrix`. */
  refresh(cell: number, pairs?: Uint32Array): void;
  /** As `Multiplier.multiply`. */
  multiply(
    window: Window,
    batch: number,
    inputs: Int8Array,
    outputs: Int16Array,
    layout: VectorLayout,
    first: number,
  ): void;
}

/** Where the arrays of a core lie and who computes on them. */
export interface Backend {
  allocate?: Allocate;
  arithmetic(parts: CoreParts): Arithmetic;
}

/** The plain reference, which defines what every other backend must answer. */
export const referenceBackend: Backend = {
  arithmetic({ model, draws, state, converters, matrix, slowNoise }) {
    const multiplier = new Multiplier(model, state, converters, matrix, draws);
    return {
      program: (targets, from, to, now) => programStatistically(model, state, draws, targets, from, to, now),
      refresh: (cell, pairs) => refreshMatrix(model, state, slowNoise, matrix, cell, pairs),
      multiply: (...request) => multiplier.multiply(...request),
    };
  },
};

/** One core: its parts, its counters, and which of its effective matrix is out of date. */
export class Core implements CoreParts {
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly slowNoise: SlowNoise;
  readonly arithmetic: Arithmetic;
  readonly counters: CoreCounters = createCounters();
  #cell = -1;
  #stale: number[] = [];

  constructor(
    readonly model: ChipModel,
    seed: number | bigint,
    core: number,
    backend: Backend,
  ) {
    this.draws = new Draws(seed, core);
    this.state = createState(model, this.draws, backend.allocate);
    this.converters = createConverters(model, this.draws);
    this.matrix = createMatrix(model, backend.allocate);
    this.slowNoise = new SlowNoise(model, this.draws);
    this.arithmetic = backend.arithmetic(this);
  }

  /** Says that the devices of these pairs have changed. */
  touch(pairs: ArrayLike<number>): void {
    if (this.#cell < 0) return;
    if (this.#stale.length + pairs.length > this.model.pairs / 2) return this.touchAll();
    for (let i = 0; i < pairs.length; i++) this.#stale.push(pairs[i]);
  }

  /** Says that any device may have changed. */
  touchAll(): void {
    this.#cell = -1;
    this.#stale = [];
  }

  /** Multiplies at a time of the board's clock, once the effective matrix is that of its cell. */
  multiply(
    now: number,
    window: Window,
    batch: number,
    inputs: Int8Array,
    outputs: Int16Array,
    layout: VectorLayout,
  ): void {
    const cell = Math.floor(now / this.model.slowPeriod);
    if (cell !== this.#cell) this.arithmetic.refresh(cell);
    else if (this.#stale.length > 0) this.arithmetic.refresh(cell, Uint32Array.from(this.#stale));
    this.#cell = cell;
    this.#stale = [];
    this.arithmetic.multiply(window, batch, inputs, outputs, layout, this.counters.multiplications);
    this.counters.multiplications += batch;
  }
}
