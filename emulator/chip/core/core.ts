import type { Allocate, Arithmetic, CoreParts } from '../arithmetic.js';
import {
  createConverters,
  createCounters,
  createState,
  type Converters,
  type CoreCounters,
  type CoreState,
} from './core-state.js';
import { Draws } from '../devices/draws.js';
import { createMatrix, type EffectiveMatrix } from '../crossbar/effective-matrix.js';
import type { ChipModel } from '../model.js';
import { SlowNoise } from '../devices/slow-noise.js';
import type { Temperature } from '../devices/temperature.js';

/** One core: its parts, its counters, and which of its effective matrix is out of date. */
export class Core implements CoreParts {
  readonly draws: Draws;
  readonly state: CoreState;
  readonly converters: Converters;
  readonly matrix: EffectiveMatrix;
  readonly slowNoise: SlowNoise;
  readonly counters: CoreCounters = createCounters();
  #cell = -1;
  #stale: Uint32Array[] = [];
  #staleCount = 0;

  constructor(
    readonly model: ChipModel,
    seed: number | bigint,
    readonly index: number,
    readonly temperature: Temperature,
    allocate: Allocate,
  ) {
    this.draws = new Draws(seed, index);
    this.state = createState(model, this.draws, allocate);
    this.converters = createConverters(model, this.draws, allocate);
    this.matrix = createMatrix(model, allocate);
    this.slowNoise = new SlowNoise(model, this.draws);
  }

  /** Says that the devices of these pairs have changed; keeps the list until the next refresh. */
  touch(pairs: Uint32Array): void {
    if (this.#cell < 0 || pairs.length === 0) return;
    this.#stale.push(pairs);
    this.#staleCount += pairs.length;
    if (this.#staleCount > this.model.pairs / 2) this.touchAll();
  }

  /** Says that any device may have changed. */
  touchAll(): void {
    this.#cell = -1;
    this.#forget();
  }

  /** Makes the effective matrix that of the clock's cell at this time. */
  refresh(arithmetic: Arithmetic, now: number): void {
    const cell = Math.floor(now / this.model.slowPeriod);
    if (cell !== this.#cell) arithmetic.refresh(this.index, cell);
    else if (this.#stale.length > 0) arithmetic.refresh(this.index, cell, this.#stalePairs());
    this.#cell = cell;
    this.#forget();
  }

  #forget(): void {
    this.#stale = [];
    this.#staleCount = 0;
  }

  #stalePairs(): Uint32Array {
    const pairs = new Uint32Array(this.#staleCount);
    let at = 0;
    for (const list of this.#stale) {
      pairs.set(list, at);
      at += list.length;
    }
    return pairs;
  }
}
